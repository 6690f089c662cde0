"""No sentence of an error repeats a password that stands in an address."""

import traceback

import pytest

from app.core.errors import ClaimsError, Fault, RecordInvalid, StoreUnavailable


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("no https://ann:s3cret@host/x and no http://b:s3cret@c", "no https://host/x and no http://c"),
        ("https://ann:s3/c?r@et#@host:80/x", "https://host:80/x"),
        ("postgresql://ann@host/base", "postgresql://host/base"),
        ("https://example.org/@ann and ann@example.org", "https://example.org/@ann and ann@example.org"),
    ],
)
def test_an_error_tells_addresses_without_name_and_password(text: str, told: str):
    assert str(ClaimsError(text)) == told


def test_a_traceback_and_the_name_of_a_record_have_no_password():
    address = "https://ann:s3cret@host"
    invalid = RecordInvalid([Fault("", 0, "odd")], address)
    shown = "".join(traceback.format_exception(StoreUnavailable(address))) + str(invalid) + invalid.name
    assert "s3cret" not in shown
    assert invalid.name == "https://host"
