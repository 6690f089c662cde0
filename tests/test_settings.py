"""Settings out of the environment: each by its variable, and none that nobody knows."""

import pytest

from app.settings import PREFIX, SettingInvalid, Settings, from_environment


def test_what_is_not_set_has_its_default() -> None:
    assert from_environment({}) == Settings()


@pytest.mark.parametrize(
    ("variable", "value", "setting"),
    [
        ("CLAIMS_PUBLIC_URL", "https://claims.example", "https://claims.example"),
        ("CLAIMS_MAX_AGE", "60", 60),
        ("CLAIMS_TELEMETRY", "true", True),
        ("CLAIMS_TELEMETRY", "0", False),
        ("CLAIMS_HEADER_SECONDS", "2.5", 2.5),
    ],
)
def test_a_variable_sets_the_setting_of_its_name(variable: str, value: str, setting: object) -> None:
    settings = from_environment({variable: value})
    assert getattr(settings, variable.removeprefix(PREFIX).lower()) == setting


def test_variables_of_other_programs_are_left_alone() -> None:
    assert from_environment({"PATH": "/bin", "MY_CLAIMS_MAX_AGE": "x", "claims_max_age": "x"}) == Settings()


def test_a_misspelt_variable_is_refused_with_what_was_meant() -> None:
    with pytest.raises(SettingInvalid, match=r"CLAIMS_MAX_AEG is no setting\. Did you mean CLAIMS_MAX_AGE\?"):
        from_environment({"CLAIMS_MAX_AEG": "60"})


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CLAIMS_MAX_AGE", "-1"),
        ("CLAIMS_MAX_AGE", "soon"),
        ("CLAIMS_PUBLIC_URL", "claims.example"),
        ("CLAIMS_PUBLIC_URL", "https://claims.example/"),
        ("CLAIMS_HEADER_SECONDS", "inf"),
        ("CLAIMS_IDLE_SECONDS", "0"),
        ("CLAIMS_TELEMETRY", "perhaps"),
        ("CLAIMS_TRUSTED_PROXIES", "proxy.example"),
        ("CLAIMS_TRUSTED_PROXIES", "10.0.0.0/8,*"),
    ],
)
def test_a_value_out_of_bounds_is_refused_by_the_name_of_its_variable(variable: str, value: str) -> None:
    with pytest.raises(SettingInvalid, match=f"^{variable}: "):
        from_environment({variable: value})


@pytest.mark.parametrize("value", ["", "127.0.0.1", "10.0.0.0/8", "10.0.0.1, 2001:db8::/32"])
def test_proxies_are_named_by_address_or_network(value: str) -> None:
    assert from_environment({"CLAIMS_TRUSTED_PROXIES": value}).trusted_proxies == value


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().max_age = 1  # type: ignore[misc]


def test_every_setting_says_what_it_is() -> None:
    assert [name for name, each in Settings.model_fields.items() if not each.description] == []
