"""Starts the server as an assistant would, calls the tools given on standard input as JSON, prints what each answered."""

import asyncio
import json
import os
import sys
from pathlib import Path

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client


async def main() -> None:
    calls = json.load(sys.stdin)
    credentials = ["--client-id", os.environ["PORT_CLIENT_ID"], "--client-secret", os.environ["PORT_CLIENT_SECRET"]]
    launcher = str(Path(__file__).with_name("launch.py"))
    server = StdioServerParameters(command=sys.executable, args=[launcher, *credentials], env=dict(os.environ))
    async with stdio_client(server) as streams, ClientSession(*streams) as session:
        await session.initialize()
        tools = [tool.name for tool in (await session.list_tools()).tools]
        answers = []
        for call in calls:
            result = await session.call_tool(call["tool"], call["arguments"])
            text = "".join(getattr(part, "text", "") for part in result.content)
            answers.append({"tool": call["tool"], "error": result.isError, "text": text})
        print(json.dumps({"tools": tools, "answers": answers}))


asyncio.run(main())
