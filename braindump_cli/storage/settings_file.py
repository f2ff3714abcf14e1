"""config.toml as the user keeps it: one value changed, order and comments left alone."""

from typing import Any

from braindump_cli.errors import ConfigError
from braindump_cli.paths import Paths, write_durably
from braindump_cli.storage.disk import disk_errors
from braindump_cli.storage.locks import SETTINGS, hold_byte


def change_setting(paths: Paths, key: str, value: object) -> None:
    """Set the dotted `key`, or with None take it out. Raises ConfigError for a broken file, StoreError."""
    import tomlkit
    import tomlkit.exceptions

    file = paths.config
    with hold_byte(paths.locks, SETTINGS, wait=True), disk_errors(file):
        try:
            tree = tomlkit.parse(file.read_text("utf-8")) if file.exists() else tomlkit.document()
        except (tomlkit.exceptions.TOMLKitError, UnicodeDecodeError) as error:
            hint = "Mend the line, or move the file away."
            raise ConfigError(f"{file} is not valid TOML: {error}.", hint=hint) from error
        *tables, name = key.split(".")
        place: Any = tree
        for table in tables:
            if table not in place:
                if value is None:
                    return
                place[table] = tomlkit.table()
            place = place[table]
            if not hasattr(place, "keys"):
                raise ConfigError(
                    f"{file}: {table} must be a table.", hint=f"Write [{'.'.join(tables)}] there."
                )
        if value is None:
            place.pop(name, None)
        else:
            place[name] = value
        write_durably(file, tomlkit.dumps(tree).encode())
