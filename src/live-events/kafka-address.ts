// Where the event stream is, in one address: `kafka://user:password@broker-1:9092,broker-2:9092/topic`.

export interface KafkaAddress {
  /** As `host:port`. */
  brokers: string[]
  topic: string
  isEncrypted: boolean
  sasl: { mechanism: (typeof mechanisms)[number]; username: string; password: string } | undefined
}

const mechanisms = ["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"] as const

/** Undefined for any other text. `kafka+ssl` encrypts; `?mechanism=` names how a user signs in (SCRAM-SHA-512). */
export function parseKafkaAddress(text: string): KafkaAddress | undefined {
  const form =
    /^kafka(\+ssl)?:\/\/(?:([^:@/]+):([^@/]+)@)?([^@/?]+)\/([\w.-]{1,200})(?:\?mechanism=([\w-]+))?$/i
  const [, ssl, username, password, hosts = "", topic = "", mechanism = "SCRAM-SHA-512"] =
    form.exec(text) ?? []
  const brokers = hosts.split(",")
  const known = mechanisms.find((one) => one === mechanism.toUpperCase())
  if (topic === "" || !known || !brokers.every((one) => /^(\[[\da-f:]+\]|[^:\s]+):\d{1,5}$/i.test(one)))
    return undefined
  const isEncrypted = ssl !== undefined
  if (username === undefined || password === undefined)
    return { brokers, topic, isEncrypted, sasl: undefined }
  const [user, secret] = [decoded(username), decoded(password)]
  if (user === undefined || secret === undefined) return undefined
  return { brokers, topic, isEncrypted, sasl: { mechanism: known, username: user, password: secret } }
}

/** Undefined where a `%` begins no letter: it is written `%25`. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined // the caller says so to whoever wrote it
  }
}
