# Every target sets up what it needs; second runs are quick. Settings: see README.md.
PYTHON ?= python3
PORT ?= 8000
export PORT

.DEFAULT_GOAL := help
.PHONY: help run test lint format wheel bench data kernels requirements clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "%-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## Set up and serve the app; PORT=8001 and HOST=0.0.0.0 say where
	@$(PYTHON) tools/setup.py run
	@PATH="$(CURDIR)/.venv/bin:$$PATH" exec honcho start

test: lint ## Set up, check style and types, and pass all tests, in real browsers too
	.venv/bin/python -m tools.run_tests

lint: ## Check style and types only
	@$(PYTHON) tools/setup.py test
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy --num-workers auto

format: ## Rewrite the Python files in the project's format
	@$(PYTHON) tools/setup.py test
	.venv/bin/ruff check --fix
	.venv/bin/ruff format

wheel: ## Build dist/digits-VERSION-py3-none-any.whl, which needs nothing but Python
	@$(PYTHON) tools/setup.py run
	.venv/bin/python -m hatchling build --target wheel
	@ls -l dist/*.whl

bench: bench/node_modules/.package-lock.json ## Measure speed beside other ways to do it (8 minutes)
	@$(PYTHON) tools/setup.py test
	.venv/bin/python -m bench

# TensorFlow.js, to compare with; nothing else needs it.
bench/node_modules/.package-lock.json: bench/package-lock.json
	cd bench && npm ci --loglevel=error

data: ## Fetch MNIST (11 MB, checked) into the user's cache
	@$(PYTHON) tools/setup.py run
	.venv/bin/python -m digits.mnist
	.venv/bin/python -m tools.draw_samples

kernels: ## Compile the C in app/model to WebAssembly, as committed
	@$(PYTHON) tools/setup.py test
	.venv/bin/python -m tools.build_kernels

requirements: ## Compile requirements*.txt from pyproject.toml (needs uv)
	uv pip compile --quiet --universal --generate-hashes --no-header pyproject.toml --all-extras --group checkout --output-file requirements.txt
	uv pip compile --quiet --universal --generate-hashes --no-header pyproject.toml --all-extras --group checkout --group dev --constraints requirements.txt --output-file requirements-dev.txt

clean: ## Remove what set-up and running made, but not var, which has the published weights
	rm -rf .venv .setup node_modules bench/node_modules app/vendor app/vendor-* dist .pytest_cache .mypy_cache .ruff_cache .hypothesis bench/results.json e2e/artifacts
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
