"""Schemathesis' hook for forms: a page's form sends every field, so an empty parameter is one that is left out."""

from typing import Any

import schemathesis


@schemathesis.hook
def filter_case(_: schemathesis.HookContext, case: Any) -> bool:
    """Whether a case gives every parameter that it names."""
    query = case.query if isinstance(case.query, dict) else {}
    return not any(value in ("", [], [""]) for value in query.values())
