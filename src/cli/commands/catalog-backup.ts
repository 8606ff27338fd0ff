// The embedded catalog into a file and back, between databases and engines.
import { once } from "node:events"
import { createReadStream, createWriteStream } from "node:fs"
import { rename, rm } from "node:fs/promises"
import { createInterface } from "node:readline"
import type { Writable } from "node:stream"
import { exportCatalog } from "../../catalog/backup/export.ts"
import { importCatalog } from "../../catalog/backup/import.ts"
import { AppError, errorText } from "../../common/errors.ts"
import { openDatabase } from "../../database/database.ts"
import { exitCodes } from "../exit-codes.ts"

/** `file` undefined means standard output and input. */
export interface BackupFlags {
  database: string
  file: string | undefined
}

export async function exportTo({ database: url, file }: BackupFlags): Promise<number> {
  await using parts = new AsyncDisposableStack()
  const database = parts.adopt(await openDatabase(url), (one) => one.close())
  if (file === undefined) {
    await exportCatalog(database, (line) => writeLine(process.stdout, line))
    return exitCodes.success
  }
  // Under another name until it is whole. It has the secrets of webhooks in it, so it is nobody else's to read.
  const unfinished = `${file}.unfinished`
  try {
    const rows = await writeFile(unfinished, (write) => exportCatalog(database, write))
    await rename(unfinished, file)
    process.stdout.write(`${rows} rows in ${file}\n`)
  } catch (error) {
    await rm(unfinished, { force: true })
    throw fileTrouble(error, "write", file)
  }
  return exitCodes.success
}

async function writeFile(
  path: string,
  fill: (write: (line: string) => Promise<void>) => Promise<number>,
): Promise<number> {
  const stream = createWriteStream(path, { mode: 0o600, flush: true })
  await once(stream, "open")
  const rows = await fill((line) => writeLine(stream, line))
  stream.end()
  await once(stream, "close")
  return rows
}

async function writeLine(stream: Writable, line: string): Promise<void> {
  if (!stream.write(`${line}\n`)) await once(stream, "drain")
}

export async function importFrom({ database: url, file }: BackupFlags): Promise<number> {
  await using parts = new AsyncDisposableStack()
  const database = parts.adopt(await openDatabase(url), (one) => one.close())
  try {
    const input = file === undefined ? process.stdin : createReadStream(file)
    if (file !== undefined) await once(input, "open")
    const rows = await importCatalog(
      database,
      createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }),
    )
    process.stdout.write(
      `${rows} rows taken in. The credentials are those of this database; restart what runs on it.\n`,
    )
    return exitCodes.success
  } catch (error) {
    throw fileTrouble(error, "read", file ?? "standard input")
  }
}

function fileTrouble(error: unknown, what: string, file: string): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : ""
  if (error instanceof AppError || !/^E[A-Z]+$/.test(code)) return error
  return new AppError("file_unusable", `cannot ${what} ${file}: ${errorText(error)}`, {
    hint: "check the path and its rights",
  })
}
