// /v1/organization/secrets: names and descriptions. Nothing in this catalog uses a secret's value, so none is kept.
import { Hono } from "hono"
import type { JsonObject } from "../../common/json.ts"
import { ApiError, invalidRequest, notFound, refuse } from "../api-error.ts"
import { type Catalog, writerOf, writing } from "../catalog.ts"
import { type CatalogEnv, pathPart, readJsonObject } from "../requests.ts"
import { fixedCheck } from "../rules/json-schema.ts"
import {
  deleteDocument,
  insertDocument,
  readDocument,
  readDocuments,
  type StoredDocument,
  updateDocument,
} from "../store/documents.ts"
import { auditDocument } from "./documents.ts"

const fields = {
  secretValue: { type: "string" },
  description: { type: ["string", "null"], maxLength: 200 },
}
export const secretBody: JsonObject = {
  type: "object",
  required: ["secretName", "secretValue"],
  properties: {
    secretName: { type: "string", minLength: 1, maxLength: 100, pattern: "^[A-Za-z0-9-_]*$" },
    ...fields,
  },
}
export const secretChange: JsonObject = { type: "object", properties: fields }

export function secretRoutes(catalog: Catalog): Hono<CatalogEnv> {
  const app = new Hono<CatalogEnv>()
  const checkCreate = fixedCheck(secretBody, "body")
  const checkChange = fixedCheck(secretChange, "body")
  const keyOf = (identifier: string) => ({ kind: "secret" as const, owner: "", identifier })
  const require = async (db: Catalog["db"], name: string) => {
    const stored = await readDocument(db, keyOf(name))
    if (stored) return stored
    throw new ApiError(notFound("secret", name))
  }

  app.get("/organization/secrets", async (c) => {
    const secrets = await readDocuments(catalog.db, { kind: "secret" })
    return c.json({ ok: true, secrets: secrets.map(viewSecret) })
  })

  app.post("/organization/secrets", async (c) => {
    const body = await readJsonObject(c)
    refuseUnless(checkCreate(body))
    const name = String(body.secretName)
    const document = { description: body.description ?? null }
    const secret = await writing(catalog, async (tx) => {
      if (await readDocument(tx, keyOf(name)))
        throw new ApiError(refuse(409, "identifier_taken", `the secret "${name}" already exists`))
      await insertDocument(tx, keyOf(name), { document, by: writerOf(catalog, c) })
      const after = await require(tx, name)
      await auditDocument(catalog, c, tx, { before: undefined, after })
      return after
    })
    return c.json({ ok: true, secret: viewSecret(secret) }, 201)
  })

  app.get("/organization/secrets/:name", async (c) =>
    c.json({ ok: true, secret: viewSecret(await require(catalog.db, pathPart(c, "name"))) }),
  )

  app.patch("/organization/secrets/:name", async (c) => {
    const body = await readJsonObject(c)
    refuseUnless(checkChange(body))
    const secret = await writing(catalog, async (tx) => {
      const before = await require(tx, pathPart(c, "name"))
      const description = body.description === undefined ? before.document.description : body.description
      await updateDocument(tx, before, {
        document: { description: description ?? null },
        by: writerOf(catalog, c),
      })
      const after = await require(tx, before.identifier)
      await auditDocument(catalog, c, tx, { before, after })
      return after
    })
    return c.json({ ok: true, secret: viewSecret(secret) })
  })

  app.delete("/organization/secrets/:name", async (c) => {
    await writing(catalog, async (tx) => {
      const before = await require(tx, pathPart(c, "name"))
      await deleteDocument(tx, before)
      await auditDocument(catalog, c, tx, { before, after: undefined })
    })
    return c.json({ ok: true })
  })

  return app
}

function viewSecret({ identifier, document, createdAt, updatedAt }: StoredDocument): JsonObject {
  return {
    secretName: identifier,
    description: document.description ?? null,
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
  }
}

function refuseUnless(problem: string | undefined): void {
  if (problem !== undefined) throw new ApiError(invalidRequest(problem))
}
