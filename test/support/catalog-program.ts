// The catalog alone, as a process, and who asks it over HTTP.
import { type RunningProgram, startProgram } from "./program.ts"

export interface CatalogProgram {
  program: RunningProgram
  /** What it printed: the credentials of its database. */
  credentials: { clientId: string | undefined; clientSecret: string | undefined }
  /** The header that names the token it gave. */
  authorization: string
  send(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>
  /** The same with another's token. */
  sendAs(
    authorization: string,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: unknown }>
}

/** `database` is a path in the folder, or an address. */
export async function startCatalogProgram(folder: string, database: string): Promise<CatalogProgram> {
  const program = startProgram(["catalog", "--port", "0", "--database", database], { folder })
  const url = (await program.waitFor(/OCEAN__PORT__BASE_URL=(\S+)/))[1] ?? ""
  const text = program.output()
  const clientId = /CLIENT_ID=(\S+)/.exec(text)?.[1]
  const clientSecret = /CLIENT_SECRET=(\S+)/.exec(text)?.[1]
  const sendAs = async (authorization: string, method: string, path: string, body?: unknown) => {
    const response = await fetch(`${url}/v1${path}`, {
      method,
      headers: { "content-type": "application/json", authorization },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: (await response.json()) as unknown }
  }
  const { body } = await sendAs("", "POST", "/auth/access_token", { clientId, clientSecret })
  const authorization = `Bearer ${(body as { accessToken: string }).accessToken}` // Port's answer to good credentials
  return {
    program,
    credentials: { clientId, clientSecret },
    authorization,
    sendAs,
    send: (method, path, body) => sendAs(authorization, method, path, body),
  }
}
