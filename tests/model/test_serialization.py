import contextlib
import io
import json
import struct
import tracemalloc
import warnings
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.model.arrays import FloatArray
from app.model.data.datasets import Dataset
from app.model.initializers import he_normal
from app.model.network import NO_DIGIT, SHAPES, Network
from app.model.serialization import (
    MAX_JSON_SIZE,
    MAX_NPZ_SIZE,
    MAX_SAMPLES,
    MAX_SAMPLES_JSON_SIZE,
    SamplesError,
    WeightsError,
    samples_from_json,
    samples_from_npy,
    samples_to_npy,
    weights_digest,
    weights_from_json,
    weights_from_npz,
    weights_to_json,
    weights_to_npz,
)

Params = dict[str, FloatArray]

PARAMS = Network.initialize(he_normal, np.random.default_rng(4)).params
NPZ = weights_to_npz(PARAMS)


def npy(values: Any) -> bytes:
    content = io.BytesIO()
    np.save(content, values)
    return content.getvalue()


def npy_header(text: str) -> bytes:
    """An .npy file with this text as its header and no data."""
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode()


def zipped(members: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return content.getvalue()


def with_first_row(row: str) -> str:
    """JSON of weights, all 0, with this instead of the first row of w1."""
    rows = json.dumps([0] * SHAPES["w1"][1])
    w1, w2 = (np.zeros(shape, int).tolist() for shape in SHAPES.values())
    return json.dumps({"weights": [w1, w2]}).replace(rows, row, 1)


def with_first_value(value: str) -> str:
    return with_first_row(f"[{value}{', 0' * (SHAPES['w1'][1] - 1)}]")


def npz_of(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    content = io.BytesIO()
    np.savez(content, **arrays)  # type: ignore[arg-type]
    return content.getvalue()


MEMBERS = {f"{name}.npy": npy(values) for name, values in PARAMS.items()}


def npz_with(**members: bytes) -> bytes:
    """Good weights, but for these members of the archive."""
    return zipped(MEMBERS | {f"{name}.npy": member for name, member in members.items()})


def with_value(value: float) -> FloatArray:
    changed = PARAMS["w1"].copy()
    changed[3, 5] = value
    return changed


class TestNpz:
    def test_round_trip_is_exact(self) -> None:
        w1, w2 = weights_from_npz(NPZ)

        assert np.array_equal(w1, PARAMS["w1"])
        assert np.array_equal(w2, PARAMS["w2"])
        assert w1.dtype == w2.dtype == np.float32

    def test_equal_weights_give_equal_bytes(self) -> None:
        assert weights_to_npz({name: values.copy() for name, values in PARAMS.items()}) == NPZ

    @pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
    @pytest.mark.parametrize("write", [weights_to_npz, weights_to_json])
    def test_what_is_no_number_is_not_written(
        self, write: Callable[[Params], bytes], value: float
    ) -> None:
        with pytest.raises(WeightsError, match="w1: expected finite float32 numbers"):
            write(PARAMS | {"w1": with_value(value)})

    def test_numpy_reads_it(self) -> None:
        with np.load(io.BytesIO(NPZ), allow_pickle=False) as arrays:
            assert sorted(arrays) == ["w1", "w2"]
            assert np.array_equal(arrays["w2"], PARAMS["w2"])

    @pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
    def test_reads_what_numpy_writes(self, save: Callable[..., None]) -> None:
        content = io.BytesIO()
        save(content, w2=PARAMS["w2"], w1=np.asfortranarray(PARAMS["w1"]))

        w1, w2 = weights_from_npz(content.getvalue())

        assert np.array_equal(w1, PARAMS["w1"])
        assert np.array_equal(w2, PARAMS["w2"])
        assert w1.flags.c_contiguous

    @pytest.mark.parametrize("dtype", ["<f4", ">f4", "<f8", ">f8", "<f2", ">f2"])
    def test_takes_floats_of_any_size_and_byte_order(self, dtype: str) -> None:
        w1, w2 = weights_from_npz(npz_of({n: v.astype(dtype) for n, v in PARAMS.items()}))

        assert np.array_equal(w1, PARAMS["w1"].astype(dtype).astype(np.float32))
        assert np.array_equal(w2, PARAMS["w2"].astype(dtype).astype(np.float32))
        assert {(w.dtype.str, w.flags.c_contiguous) for w in (w1, w2)} == {("<f4", True)}

    def test_of_float64_the_nearest_float32_is_taken(self) -> None:
        w1, _ = weights_from_npz(npz_with(w1=npy(np.full(SHAPES["w1"], 0.1))))

        assert np.array_equal(w1, np.full(SHAPES["w1"], np.float32(0.1)))

    @pytest.mark.parametrize(
        "members",
        [
            {"weights.npz": NPZ},
            {"folder/weights.NPZ": NPZ, "folder/read_digit.py": b"", "folder/": b""},
            {"weights.npz": NPZ, "__MACOSX/._weights.npz": b"\0", ".DS_Store": b""},
            {"weights/w1.npy": MEMBERS["w1.npy"], "weights/w2.npy": MEMBERS["w2.npy"]},
            {"W1.npy": MEMBERS["w1.npy"], "w2.NPY": MEMBERS["w2.npy"], "a/._w2.npy": b""},
        ],
    )
    @pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
    def test_takes_what_a_file_manager_packed_again(
        self, members: dict[str, bytes], compression: int
    ) -> None:
        read = weights_from_npz(zipped(members, compression))

        assert weights_digest(dict(zip(SHAPES, read, strict=True))) == weights_digest(PARAMS)

    @pytest.mark.parametrize(
        "changes",
        [
            {"w1": PARAMS["w1"].T},
            {"w1": PARAMS["w1"].T.astype(">f8"), "w2": PARAMS["w2"].T},
            {"w2": PARAMS["w2"].ravel()},
            {"w2": PARAMS["w2"].astype(complex)},
            {"w1": PARAMS["w1"].reshape(1, 784, 128)},
            {"w2": PARAMS["w2"].astype(np.longdouble)},
            {"b1": np.zeros(128)},
        ],
    )
    def test_the_line_that_an_error_offers_mends_the_file(
        self,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        changes: dict[str, NDArray[Any]],
    ) -> None:
        content = npz_of({**PARAMS, **changes})
        with pytest.raises(WeightsError, match=r"expected .*\. In NumPy: d = np\.load") as failure:
            weights_from_npz(content)

        monkeypatch.chdir(tmp_path)
        Path("weights.npz").write_bytes(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # complex numbers lose what they have not
            exec(str(failure.value).split("In NumPy: ")[1], {"np": np})
        read = weights_from_npz(Path("mended.npz").read_bytes())
        assert weights_digest(dict(zip(SHAPES, read, strict=True))) == weights_digest(PARAMS)

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"", "expected an .npz file"),
            (zipped({"a.npz": NPZ, "b.npz": NPZ}), r"found \['a.npz', 'b.npz'\]"),
            (zipped({"a.zip": zipped({"a.npz": NPZ})}), r"found \['a.zip'\]"),
            (zipped({"a.npz": zipped({"a.npz": NPZ})}), r"found \['a.npz'\]"),
            (zipped({"a.npz": b"no zip"}), "expected an .npz file"),
            (zipped({"a/w1.npy": b"", "b/w1.npy": b""}), r"found \['a/w1.npy', 'b/w1.npy'\]"),
            (b"not a zip at all", "expected an .npz file"),
            (NPZ[:-10], "expected an .npz file"),
            (bytes(MAX_NPZ_SIZE + 1), f"expected at most {MAX_NPZ_SIZE} bytes"),
            (zipped(MEMBERS, zipfile.ZIP_LZMA), "expected members stored or deflated"),
            (zipped({}), r"expected the arrays w1 and w2, found \[\]"),
            (zipped({"w1.npy": npy(PARAMS["w1"])}), r"found \['w1.npy'\]"),
            (npz_with(b1=npy(np.zeros(3))), "found .*b1"),
            (
                npz_with(w2=npy(np.zeros((128, 11)))),
                r"w2: .* \(128, 10\), found float64 of \(128, 11\)$",
            ),
            (npz_with(w2=npy(np.full(SHAPES["w2"], "x"))), r"w2: .* found <U1 of \(128, 10\)$"),
            (
                npz_with(w1=npy(np.full(SHAPES["w1"], 1e39))),
                "w1: expected finite.* found 100352 that",
            ),
            (npz_with(w1=npy(with_value(np.nan))), "w1: expected finite"),
            (npz_with(w1=npy(with_value(np.inf))), "w1: expected finite"),
            (npz_with(w2=npy(PARAMS["w2"])[:-4]), "w2: the data does not fill"),
            (npz_with(w2=npy(PARAMS["w2"]) + b"more"), "w2: the data does not fill"),
            (npz_with(w2=b"no npy"), "w2: expected an .npy file"),
            (npz_with(w2=npy(np.array([{}], object))), r"w2: expected floats .* found \|O"),
            (npz_with(w2=npy_header("{'descr': ")), "w2: expected an .npy file"),
            (npz_with(w2=npy_header("__import__('os')")), "w2: expected an .npy file"),
            (npz_with(w2=b"\x93NUMPY\x02\x00" + bytes(20)), "w2: expected an .npy file"),
        ],
    )
    def test_refuses_what_is_not_weights(self, content: bytes, message: str) -> None:
        with pytest.raises(WeightsError, match=message):
            weights_from_npz(content)

    def test_refuses_a_header_that_asks_for_all_memory(self) -> None:
        header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000, 10), }\n"

        with pytest.raises(WeightsError, match=r"found float32 of \(1000000000000, 10\)"):
            weights_from_npz(npz_with(w2=npy_header(header)))

    @pytest.mark.parametrize("is_packed_again", [False, True])
    def test_refuses_to_unpack_a_bomb(self, is_packed_again: bool) -> None:
        size = 50_000_000
        bomb = zipped({"w1.npy": bytes(size), "w2.npy": b""}, zipfile.ZIP_DEFLATED)
        if is_packed_again:
            bomb = zipped({"weights.npz": bytes(size)}, zipfile.ZIP_DEFLATED)
        disguised = bomb.replace(struct.pack("<I", size), struct.pack("<I", 1000))
        assert len(bomb) < 100_000

        for content in (bomb, disguised, zipped({"a.npz": bomb}, zipfile.ZIP_DEFLATED)):
            tracemalloc.start()
            with pytest.raises(WeightsError, match=r"expected (an \.np[yz] file|the arrays)"):
                weights_from_npz(content)
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            assert peak < 5 * MAX_NPZ_SIZE

    @given(st.data())
    def test_any_damage_gives_weights_or_a_clear_error(self, data: st.DataObject) -> None:
        damaged = bytearray(NPZ)
        # Most structure lies in the first kilobyte, between the members and in the last one.
        boundary = NPZ.rindex(b"PK\x03\x04")
        near = st.one_of(
            st.integers(0, 300),
            st.integers(boundary, boundary + 300),
            st.integers(len(NPZ) - 300, len(NPZ) - 1),
        )
        for position, value in data.draw(
            st.lists(st.tuples(near, st.integers(0, 255)), max_size=4)
        ):
            damaged[position] = value
        end = data.draw(st.integers(len(NPZ) - 200, len(NPZ)))
        with contextlib.suppress(WeightsError):
            weights_from_npz(bytes(damaged[:end]))


class TestJson:
    def test_has_the_shape_of_the_original(self) -> None:
        document = json.loads(weights_to_json(PARAMS))

        assert list(document) == ["weights"]
        assert np.shape(document["weights"][0]) == SHAPES["w1"]
        assert np.shape(document["weights"][1]) == SHAPES["w2"]

    def test_round_trip_is_exact(self) -> None:
        w1, w2 = weights_from_json(weights_to_json(PARAMS))

        assert np.array_equal(w1, PARAMS["w1"])
        assert np.array_equal(w2, PARAMS["w2"])
        assert w1.dtype == w2.dtype == np.float32

    def test_writes_no_more_digits_than_float32_needs(self) -> None:
        params = {"w1": np.full(SHAPES["w1"], 0.1, np.float32), "w2": PARAMS["w2"]}

        assert weights_to_json(params).startswith(b'{"weights":[[[0.1,0.1,')

    def test_reads_text_and_whole_numbers(self) -> None:
        document = {"weights": [np.zeros(shape, int).tolist() for shape in SHAPES.values()]}

        w1, w2 = weights_from_json(json.dumps(document))

        assert not w1.any()
        assert not w2.any()

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            ("", "expected JSON"),
            ("{", "expected JSON"),
            (b"\xff\xfe\xfd", "expected JSON"),
            ("[" * 100_000, "lists and objects, found more"),
            ('{"weights": [' + "[]," * 100_000 + "[]]}", "lists and objects, found more"),
            ('{"weights": [' + "1," * 200_000 + "1]}", "expected at most 101632 values"),
            ("[" * 900, "expected JSON"),
            (" " * (MAX_JSON_SIZE + 1), f"expected at most {MAX_JSON_SIZE} bytes"),
            ("null", "expected a JSON object"),
            ("[1, 2]", "expected a JSON object"),
            ('{"weights": 3}', 'expected {"weights"'),
            ('{"weights": [[[1]]]}', 'expected {"weights"'),
            ('{"weights": [[], []]}', r"w1: expected shape \(784, 128\): 784 rows, found 0"),
            ('{"weights": ["1", "2"]}', "w1: .* 784 rows, found no list"),
            (with_first_row("[1, 2]"), r"w1: .* rows of 128, found 2"),
            (with_first_row('"1"'), r"w1: .* rows of 128, found no list"),
            (with_first_value('"1"'), "w1: expected numbers only"),
            (with_first_value("true"), "w1: expected numbers only"),
            (with_first_value("null"), "w1: expected numbers only"),
            (with_first_value("[1]"), "w1: expected numbers only"),
            (with_first_value("1" + "0" * 400), "w1: expected finite"),
            (with_first_value("1" + "0" * 5000), "expected JSON"),
        ],
    )
    def test_refuses_what_is_not_weights(self, content: str | bytes, message: str) -> None:
        with pytest.raises(WeightsError, match=message):
            weights_from_json(content)

    @pytest.mark.parametrize("value", ["NaN", "Infinity", "1e39"])
    def test_refuses_what_float32_cannot_hold(self, value: str) -> None:
        with pytest.raises(WeightsError, match="w1: expected finite"):
            weights_from_json(with_first_value(value))

    def test_a_long_text_among_numbers_takes_no_more_memory_than_itself(self) -> None:
        content = with_first_value('"' + "x" * 4_000_000 + '"')
        tracemalloc.start()
        try:
            with pytest.raises(WeightsError, match="numbers only"):
                weights_from_json(content)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak < 40_000_000


class TestDigest:
    def test_names_the_values(self) -> None:
        digest = weights_digest(PARAMS)
        read_back = dict(zip(SHAPES, weights_from_npz(NPZ), strict=True))

        assert len(digest) == 64
        assert weights_digest(read_back) == digest

    @pytest.mark.parametrize("name", SHAPES)
    def test_changes_with_any_weight(self, name: str) -> None:
        changed = {key: values.copy() for key, values in PARAMS.items()}
        changed[name][-1, -1] += 1

        assert weights_digest(changed) != weights_digest(PARAMS)

    def test_is_of_values_not_of_memory_order(self) -> None:
        columns_first = {name: np.asfortranarray(values) for name, values in PARAMS.items()}

        assert weights_digest(columns_first) == weights_digest(PARAMS)


class TestSamples:
    def test_round_trip(self, embedded: Dataset) -> None:
        split = embedded.splits["test"]

        images, labels = samples_from_npy(samples_to_npy(split.images, split.labels))

        assert np.array_equal(images, split.images)
        assert np.array_equal(labels, split.labels)

    def test_numpy_reads_labels_first(self, embedded: Dataset) -> None:
        split = embedded.splits["test"]

        samples = np.load(io.BytesIO(samples_to_npy(split.images[:3], split.labels[:3])))

        assert samples.shape == (3, 785)
        assert samples.dtype == np.uint8
        assert samples[:, 0].tolist() == split.labels[:3].tolist()

    def test_a_block_may_be_empty(self) -> None:
        empty = samples_to_npy(np.zeros((0, 784), np.uint8), np.zeros(0, np.uint8))

        images, labels = samples_from_npy(empty)

        assert images.shape == (0, 784)
        assert labels.shape == (0,)

    def test_what_is_no_digit_is_read_where_it_may_be(self) -> None:
        content = npy(np.full((2, 785), NO_DIGIT, np.uint8))

        assert samples_from_npy(content, NO_DIGIT)[1].tolist() == [NO_DIGIT, NO_DIGIT]

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"", "expected an .npy file"),
            (b"<!doctype html>", "expected an .npy file"),
            (npy(np.zeros((2, 785))), r"expected \|u1 .*\(n, 785\), found <f8"),
            (npy(np.zeros((2, 784), np.uint8)), r"of \(2, 784\)"),
            (npy(np.zeros(785, np.uint8)), r"of \(785,\)"),
            (npy(np.zeros((785, 2), np.uint8).T), r"expected \|u1"),
            (npy(np.zeros((2, 785), np.uint8))[:-1], "expected 1570 bytes of samples, found 1569"),
            (npy(np.full((2, 785), 10, np.uint8)), "expected labels 0-9, found 10"),
        ],
    )
    def test_refuses_what_is_not_samples(self, content: bytes, message: str) -> None:
        with pytest.raises(SamplesError, match=message):
            samples_from_npy(content)


def samples_json(target: Any = 7, image: Any = (0.0,) * 784, count: int = 1) -> str:
    return json.dumps({"data": [{"target": target, "image": image}] * count})


class TestSamplesAsTheOriginalSendsThem:
    def test_pixels_come_back_exactly(self, embedded: Dataset) -> None:
        split = embedded.splits["test"]
        document = {
            "data": [
                {"target": int(label), "image": (image / 255).tolist()}
                for image, label in zip(split.images, split.labels, strict=True)
            ]
        }

        images, labels = samples_from_json(json.dumps(document))

        assert np.array_equal(images, split.images)
        assert np.array_equal(labels, split.labels)
        assert images.dtype == labels.dtype == np.uint8

    @pytest.mark.parametrize("count", [1, MAX_SAMPLES])
    def test_reads_one_and_as_many_as_allowed(self, count: int) -> None:
        images, labels = samples_from_json(samples_json(count=count))

        assert images.shape == (count, 784)
        assert labels.tolist() == [7] * count

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            ("", "expected JSON"),
            ("[]", "expected a JSON object"),
            ("{}", 'expected {"data"'),
            ('{"data": []}', "with 1 to 1024 samples"),
            (samples_json(count=MAX_SAMPLES + 1, image=[]), "with 1 to 1024 samples"),
            (samples_json(count=MAX_SAMPLES + 60, image=[]), "lists and objects, found more"),
            ('{"data": [7]}', r"data\[0\].target: expected a whole number"),
            (samples_json(target=10), r"data\[0\].target"),
            (samples_json(target=True), r"data\[0\].target"),
            (samples_json(target=1.0), r"data\[0\].target"),
            (samples_json(image=None), r"data\[0\].image: .* found no list"),
            (samples_json(image=[0.0] * 783), r"data\[0\].image: .* rows of 784, found 783"),
            (samples_json(image=["0"] * 784), r"data\[0\].image: expected numbers only"),
            (samples_json(image=[255] * 784), r"from 0.0 to 1.0, found 255.0 to 255.0"),
            (samples_json(image=[-0.1] * 784), r"from 0.0 to 1.0"),
            (samples_json(image=[float("nan")] * 784), r"from 0.0 to 1.0"),
            (samples_json(image=[10**400] * 784), r"data\[0\].image: expected finite"),
            (" " * (MAX_SAMPLES_JSON_SIZE + 1), "expected at most 16000000 bytes"),
        ],
    )
    def test_refuses_what_is_not_samples(self, content: str, message: str) -> None:
        with pytest.raises(SamplesError, match=message):
            samples_from_json(content)

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=4)
                | st.dictionaries(
                    st.sampled_from(["data", "weights", "target", "image"]), inner, max_size=3
                )
            ),
        )
    )
    def test_whatever_json_comes_is_refused_by_name(self, document: Any) -> None:
        content = json.dumps(document)
        with pytest.raises(SamplesError):
            samples_from_json(content)
        with pytest.raises(WeightsError):
            weights_from_json(content)
