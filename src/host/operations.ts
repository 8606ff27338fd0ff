// The routes of a host, as its API page shows them.
import type { JsonObject } from "../common/json.ts"
import type { Operation } from "../common/operation.ts"

const text = { type: "string" }
const secret = { type: ["string", "null"], description: "Never shown. Left out: it stays; null: it goes." }

const installation: JsonObject = {
  type: "object",
  properties: {
    identifier: text,
    enabled: { type: "boolean" },
    sentry: {
      type: "object",
      properties: { host: text, organization: text, token: secret, webhookSecret: secret },
    },
    port: { type: "object", properties: { baseUrl: text, clientId: text, clientSecret: secret } },
    interval: text,
    timeout: text,
    memoryMb: { type: "integer", minimum: 128 },
    sendRawDataExamples: { type: "boolean" },
    preset: text,
    mapping: { type: ["object", "string"], description: "As in Port's editor, or its YAML as a text." },
  },
}

function of(
  method: Operation["method"],
  path: string,
  summary: string,
  { body, answers }: Pick<Operation, "answers"> & { body?: JsonObject },
): Operation {
  return {
    method,
    path: `/host${path}`,
    summary,
    ...(body ? { body } : {}),
    answers: {
      ...answers,
      401: { text: "Neither the host's token nor a session." },
      ...(method === "get" ? {} : { 403: { text: "A read-only session, or another site's request." } }),
      ...(path.includes("{") ? { 404: { text: "There is none." } } : {}),
      ...(body ? { 422: { text: "The body does not fit; `fields` says what is wrong, by place." } } : {}),
    },
  }
}

const whole = "/installations/{id}"

export const hostOperations: readonly Operation[] = [
  of("get", "", "What the host is, and what an installation may leave out.", {
    answers: { 200: { text: "The host." } },
  }),
  of("get", "/installations", "All installations, each with its last run and what needs a person.", {
    answers: { 200: { text: "Of secrets only that they are set." } },
  }),
  of("get", whole, "One installation.", { answers: { 200: { text: "Of secrets only that they are set." } } }),
  of("put", whole, "Makes one, or replaces it. With `If-None-Match: *` it is only made.", {
    body: { ...installation, required: ["sentry"] },
    answers: {
      200: { text: "Replaced." },
      201: { text: "Made." },
      409: { text: "It comes from a file, or would be another one's twin in Port." },
      412: { text: "There is one of that name already." },
    },
  }),
  of("patch", whole, "Changes what is named; the rest stays, and null takes away.", {
    body: installation,
    answers: {
      200: { text: "Changed." },
      409: { text: "It comes from a file, or would be another one's twin in Port." },
    },
  }),
  of("delete", whole, "Removes one, its events and its state; its entities in Port stay.", {
    answers: {
      200: { text: "Removed." },
      202: { text: "Gone for everybody; its processes still end." },
      409: { text: "It comes from a file." },
    },
  }),
  of("post", `${whole}/resync`, "Asks for a resync beside the interval.", {
    answers: { 202: { text: "Asked for." }, 409: { text: "One runs, or it is switched off." } },
  }),
  of("get", `${whole}/runs`, "Its last fifty runs, the newest first.", {
    answers: { 200: { text: "The runs." } },
  }),
  of("get", `${whole}/logs`, "The last 500 lines of its processes, since the host was started.", {
    answers: { 200: { text: "The lines." } },
  }),
]
