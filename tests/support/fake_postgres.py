"""Something that speaks just enough of PostgreSQL's protocol to say which version it is, or says nothing at all."""

import socket
import struct
import threading


class FakeServer:
    """with FakeServer("14.9") as port: … ; version None: takes the connection and stays silent."""

    def __init__(self, version):
        self.version = version
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.open = []

    def __enter__(self):
        threading.Thread(target=self.serve, daemon=True).start()
        return self.socket.getsockname()[1]

    def __exit__(self, *_):
        self.socket.close()
        for connection in self.open:
            connection.close()

    def serve(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.open.append(connection)
            if self.version is not None:
                threading.Thread(target=self.talk, args=(connection,), daemon=True).start()

    def talk(self, connection):
        def take():
            size, = struct.unpack("!I", connection.recv(4, socket.MSG_WAITALL))
            return connection.recv(size - 4, socket.MSG_WAITALL)

        def say(kind, body):
            connection.sendall(kind + struct.pack("!I", len(body) + 4) + body)

        try:
            while struct.unpack("!I", take()[:4])[0] != 3 << 16:  # requests for encryption
                connection.sendall(b"N")
            say(b"R", struct.pack("!I", 0))
            for name, value in (("server_version", self.version), ("server_encoding", "UTF8"), ("client_encoding", "UTF8")):
                say(b"S", f"{name}\0{value}\0".encode())
            say(b"K", struct.pack("!II", 1, 1))
            say(b"Z", b"I")
            connection.recv(1)
        except (OSError, struct.error):
            pass
