"""The desktop's own notices, by the Desktop Notifications Specification 1.2 over the session bus."""

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from braindump_cli.ports.focus import Notice
from braindump_cli.surroundings import find_session_bus

if TYPE_CHECKING:
    from jeepney.io.blocking import DBusConnection

_PATIENCE_S = 3.0  # a service that is started by this call needs a moment
_NAME, _PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
_AS_USUAL_MS = -1  # the desktop decides how long the notice stays
_ALONE = 0  # it takes no other notice's place
_NORMAL = ("y", 1)
_NOBODY = ("org.freedesktop.DBus.Error.ServiceUnknown", "org.freedesktop.DBus.Error.NameHasNoOwner")


class DesktopNotices:
    """Shows notices on the desktop that this user is logged in to."""

    def tell(self, notice: Notice) -> Sequence[str]:
        """Show it; where there is no desktop nothing went wrong."""
        if not find_session_bus():
            return ()
        try:
            from jeepney import DBusErrorResponse
            from jeepney.io.blocking import open_dbus_connection
        except ImportError:  # installed on Linux alone
            return ()
        try:
            with open_dbus_connection(auth_timeout=_PATIENCE_S) as bus:
                _notify(bus, notice)
        except DBusErrorResponse as error:
            return () if error.name in _NOBODY else (f"The desktop refused the notice: {error.name}.",)
        except (
            OSError,
            EOFError,
            ValueError,
            RuntimeError,
        ) as error:  # a dead bus; an address nobody can read
            return (f"The desktop cannot be reached: {str(error) or type(error).__name__}.",)
        return ()


def _notify(bus: "DBusConnection", notice: Notice) -> None:
    body = escape(notice.body, quote=False) if _reads_markup(bus) else notice.body
    hints = {"urgency": _NORMAL}
    actions: list[str] = []
    told = ("braindump", _ALONE, "", notice.title, body, actions, hints, _AS_USUAL_MS)
    _call(bus, "Notify", signature="susssasa{sv}i", values=told)


def _reads_markup(bus: "DBusConnection") -> bool:
    """Tell whether `<` and `&` of a body mean something to this desktop."""
    from jeepney import DBusErrorResponse

    try:
        return "body-markup" in _call(bus, "GetCapabilities")[0]
    except DBusErrorResponse as error:
        if error.name in _NOBODY:
            raise
        return False


def _call(bus: "DBusConnection", method: str, *, signature: str = "", values: Sequence[Any] = ()) -> Any:
    """Return the values of the answer. Raises DBusErrorResponse, OSError."""
    from jeepney import DBusAddress, new_method_call
    from jeepney.wrappers import unwrap_msg

    service = DBusAddress(_PATH, bus_name=_NAME, interface=_NAME)
    call = new_method_call(service, method, signature or None, tuple(values))
    return unwrap_msg(bus.send_and_get_reply(call, timeout=_PATIENCE_S))
