from typing import Any

class Header:
    message_type: int
    fields: dict[int, Any]

class Message:
    header: Header
    body: tuple[Any, ...]

class MessageType:
    method_call: int

class HeaderFields:
    member: int

class DBusAddress:
    def __init__(self, object_path: str, bus_name: str | None = None, interface: str | None = None) -> None: ...

class DBusErrorResponse(Exception):
    name: str

def new_method_call(
    remote_obj: DBusAddress, method: str, signature: str | None = None, body: tuple[Any, ...] = ()
) -> Message: ...
def new_method_return(parent_msg: Message, signature: str | None = None, body: tuple[Any, ...] = ()) -> Message: ...
def new_error(
    parent_msg: Message, error_name: str, signature: str | None = None, body: tuple[Any, ...] = ()
) -> Message: ...
