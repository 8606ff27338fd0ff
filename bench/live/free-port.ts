// A port that nobody listens on at the moment: the address of a webhook must be known before its receiver starts.
import { createServer } from "node:net"

/** Below those that the system gives to whoever asks for any, so that nobody is given it meanwhile. */
const [first, count] = [20_000, 10_000]

export async function freePort(): Promise<number> {
  for (;;) {
    const port = first + Math.floor(Math.random() * count)
    if (await isFree(port)) return port
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once("error", () => resolve(false))
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)))
  })
}
