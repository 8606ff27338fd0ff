import os

from port_ocean import run

run(port=int(os.environ["CONFORMANCE_PORT"]))
