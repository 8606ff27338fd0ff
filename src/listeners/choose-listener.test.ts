import { describe, expect, it } from "vitest"
import { type ListenerSettings, mayResync } from "./choose-listener.ts"

const settings: Omit<ListenerSettings, "type"> = {
  interval: 60,
  resyncOnStart: true,
  brokers: [],
  securityProtocol: "SASL_SSL",
  authenticationMechanism: "SCRAM-SHA-512",
  kafkaSecurityEnabled: true,
  consumerPollTimeout: 1,
}

describe("whether anything starts a resync", () => {
  it.each<[ListenerSettings["type"], boolean]>([
    ["POLLING", true],
    ["KAFKA", true],
    ["WEBHOOK", true],
    ["ONCE", true],
    ["WEBHOOKS_ONLY", false],
    ["ACTIONS_ONLY", false],
  ])("is decided by the type: %s, %s; and by the switch over it", (type, byType) => {
    expect(mayResync({ ...settings, type })).toBe(byType)
    expect(mayResync({ ...settings, type, shouldResync: !byType })).toBe(!byType)
  })
})
