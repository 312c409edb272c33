import pytest

from api.config import Settings, SettingsError, read_settings


def test_nothing_set_serves_this_machine_only() -> None:
    settings = read_settings({})
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.processes >= 2
    assert not settings.is_development
    assert settings.log_level == "info"


def test_every_variable_is_read() -> None:
    environ = {
        "HOST": "0.0.0.0",
        "PORT": "0",
        "DIGITS_PROCESSES": "3",
        "DIGITS_DEVELOPMENT": "1",
        "DIGITS_LOG_LEVEL": "debug",
        "UNRELATED": "x",
    }
    assert read_settings(environ) == Settings(
        host="0.0.0.0", port=0, processes=3, is_development=True, log_level="debug"
    )


@pytest.mark.parametrize(
    "name", ["HOST", "PORT", "DIGITS_PROCESSES", "DIGITS_DEVELOPMENT", "DIGITS_LOG_LEVEL"]
)
def test_empty_counts_as_unset(name: str) -> None:
    assert read_settings({name: ""}) == read_settings({})


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("PORT", "http", "from 0 to 65535"),
        ("PORT", "65536", "from 0 to 65535"),
        ("PORT", "-1", "from 0 to 65535"),
        ("PORT", "8000.0", "from 0 to 65535"),
        ("PORT", " 8000", "from 0 to 65535"),
        ("PORT", "٨٠٠٠", "from 0 to 65535"),
        ("PORT", "9" * 5000, "from 0 to 65535"),
        ("DIGITS_PROCESSES", "0", "from 1 to 64"),
        ("DIGITS_PROCESSES", "65", "from 1 to 64"),
        ("DIGITS_DEVELOPMENT", "yes", "one of 0, 1"),
        ("DIGITS_LOG_LEVEL", "loud", "one of debug, info, warning, error, critical"),
        ("DIGITS_LOG_LEVEL", "INFO", "one of debug, info, warning, error, critical"),
    ],
)
def test_a_bad_value_is_refused_in_a_sentence(name: str, value: str, expected: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings({name: value})
    sentence = str(caught.value)
    assert sentence.startswith(f"{name} must be ")
    assert expected in sentence
    assert repr(value) in sentence
    assert f"Set for example {name}=" in sentence


def test_default_settings_point_at_the_real_app_folder() -> None:
    assert (Settings().app_folder / "model" / "network.py").is_file()
