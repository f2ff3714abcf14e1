from jeepney import Message

class DBus:
    def RequestName(self, name: str, flags: int = 0) -> Message: ...

message_bus: DBus
