// Port's routes for the organization that our credentials belong to.
import { z } from "zod"
import { AppError } from "../common/errors.ts"
import { parseWith } from "../common/schema.ts"
import { portStatus, type SendToPort } from "./request.ts"

const OrganizationAnswer = z.looseObject({
  organization: z.looseObject({
    id: z.string().min(1),
    // What flags there are never decides whether the program runs.
    featureFlags: z.array(z.string()).catch([]),
  }),
})

const KafkaAnswer = z.looseObject({
  credentials: z.looseObject({ username: z.string().min(1), password: z.string().min(1) }).nullish(),
})

export interface Organization {
  id: string
  featureFlags: readonly string[]
}

export interface KafkaCredentials {
  username: string
  password: string
}

export type OrganizationApi = ReturnType<typeof organizationApi>

export function organizationApi(send: SendToPort) {
  async function get(signal?: AbortSignal): Promise<Organization> {
    const answer = await send({ method: "GET", path: "/organization", signal })
    return parseWith(OrganizationAnswer, answer, "Port's organization").organization
  }

  /** Throws an `AppError` (`no_kafka`) where Port has none for this organization. */
  async function kafkaCredentials(signal?: AbortSignal): Promise<KafkaCredentials> {
    const answer = await send({ method: "GET", path: "/kafka-credentials", signal }).catch(
      (error: unknown) => {
        if (portStatus(error) === 404) return {}
        throw error
      },
    )
    const { credentials } = parseWith(KafkaAnswer, answer, "Port's Kafka credentials")
    if (credentials) return credentials
    throw new AppError("no_kafka", "Port has no Kafka credentials for this organization", {
      hint: 'ask Port for them, or use the event listener {"type":"POLLING"}',
    })
  }

  return { get, kafkaCredentials }
}
