"""Port's MCP server, pointed at a catalog of one's own: its address is a constant of the library underneath."""

import os

import pyport.client.client as client

client.PORT_API_URL = os.environ["CONFORMANCE_PORT_URL"] + "/v1"

from src.cli import cli_main  # noqa: E402  (after the address is set)

cli_main()
