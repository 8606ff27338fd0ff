// The image's HEALTHCHECK: whether the process answers where its settings say that it listens.
import { get } from "node:http"

const { env } = process
const port = env.OCEAN__SERVER__PORT || env.OCEAN__APPLICATION__PORT || env.APPLICATION__PORT || "8000"
const host = ["", "::", "0.0.0.0"].includes(env.OCEAN__SERVER__HOST ?? "")
  ? "localhost"
  : env.OCEAN__SERVER__HOST
const path = `${(env.OCEAN__PATH_PREFIX ?? "").replace(/\/+$/, "")}/health/live`

get({ host, port, path, timeout: 4_000 }, (answer) => process.exit(answer.statusCode === 200 ? 0 : 1))
  .on("timeout", () => process.exit(1))
  .on("error", () => process.exit(1))
