"""The command line: ``claims serve``, ``claims show`` and the rest; the one package that reads the environment.

A command is a function in a module of its own, named in :data:`COMMANDS` and loaded when it is asked for, so that none
pays for what another needs. Every error that was raised on purpose becomes lines on standard error and an exit code.
"""

import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module

import typer

from app.core import errors
from app.core.errors import ClaimsError

COMMANDS: Mapping[str, str] = {
    "serve": "app.cli.serve:serve",
    "search": "app.cli.reading:search",
    "show": "app.cli.reading:show_claim",
    "timeline": "app.cli.reading:timeline",
    "sources": "app.cli.reading:sources",
    "what-if": "app.cli.comparing:what_if",
    "match": "app.cli.comparing:match",
    "mcp": "app.cli.serve:mcp",
    "diff": "app.cli.comparing:diff",
    "new-document": "app.cli.authoring:new_document",
    "add": "app.cli.authoring:add",
    "import": "app.cli.moving:import_",
    "export": "app.cli.moving:export",
    "schema": "app.cli.moving:schema",
    "validate": "app.cli.records:validate",
    "verify": "app.cli.records:verify",
}
"""Each command, in the order of ``--help``, with the module and the function that it is."""

EXIT_CODES: Mapping[type[ClaimsError], int] = {
    errors.RecordInvalid: 1,
    errors.RecordUnreadable: 1,
    errors.NotFound: 1,
    errors.CursorInvalid: 2,
    errors.QueryInvalid: 2,
    errors.ParametersInvalid: 2,
    errors.ParametersConflict: 2,
    errors.StoreUnavailable: 3,
    ClaimsError: 1,
}
"""What a command ends with; the most special class that fits decides. 2 is also what a wrong option ends with."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command that ``arguments`` name, by default those of the process, and exit."""
    asked = list(sys.argv[1:] if arguments is None else arguments)
    named = asked[:1] if asked and asked[0] in COMMANDS else COMMANDS
    try:
        commands(named)(args=asked, prog_name="claims")
    except ClaimsError as error:
        complain(error)
        sys.exit(next(EXIT_CODES[kind] for kind in type(error).__mro__ if kind in EXIT_CODES))


def commands(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """The application with the commands of these names."""
    app = typer.Typer(
        help="Claims of an essay: who says so, through whom, and does it stand?",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        epilog="Ends with 0 if all went well; with 1 if something is wrong with a record, a text or an id; with 2 if "
        "the question was; with 3 if a server did not answer. `claims COMMAND --help` shows an example.",
        rich_markup_mode=None,  # help and errors are plain lines, the same in a terminal, a pipe and a log
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_version)
    for name in names:
        module, _, function = COMMANDS[name].partition(":")
        command = getattr(import_module(module), function)
        # Given, since what the framework makes of a docstring ends with three dots in the list of commands.
        app.command(name, short_help=" ".join(str(command.__doc__).partition("\n\n")[0].split()))(command)
    return app


def complain(error: ClaimsError) -> None:
    """Say on standard error what went wrong: a line for each fault of a record, one line for all else."""
    from app.cli.showing import tell

    if isinstance(error, errors.RecordInvalid):
        for fault in error.faults:
            tell(f"{error.name}: {fault}", err=True)
        count = len(error.faults)
        tell(f"{error.name} has {count} fault{'s' if count != 1 else ''}.", err=True)
    else:
        near = error.did_you_mean if isinstance(error, errors.NotFound) else ()
        tell(f"{error} Did you mean {' or '.join(near)}?" if near else f"{error}", err=True)


def _say_version(wanted: bool) -> None:
    if wanted:
        from app import __version__

        typer.echo(f"claims {__version__}")
        raise typer.Exit


def _version(
    version: bool = typer.Option(False, "--version", callback=_say_version, is_eager=True, help="Say the version."),
) -> None:
    """Claims of an essay: who says so, through whom, and does it stand?"""
