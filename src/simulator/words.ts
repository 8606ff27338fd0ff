// The words simulated organizations are made of. All names are invented.

export const domains = [
  "checkout",
  "catalog",
  "billing",
  "search",
  "accounts",
  "shipping",
  "inventory",
  "notifications",
  "reporting",
  "loyalty",
  "pricing",
  "reviews",
  "returns",
  "payments",
  "recommendations",
  "identity",
  "media",
  "support",
  "warehouse",
  "partners",
]

export interface ProjectSort {
  suffix: string
  label: string
  platform: string | null
  /** What the SDK calls itself, and the platform of its events. */
  sdk: string
  eventPlatform: string
}

export const projectSorts: readonly ProjectSort[] = [
  {
    suffix: "api",
    label: "API",
    platform: "python-fastapi",
    sdk: "sentry.python.fastapi",
    eventPlatform: "python",
  },
  {
    suffix: "web",
    label: "Web",
    platform: "javascript-nextjs",
    sdk: "sentry.javascript.nextjs",
    eventPlatform: "javascript",
  },
  {
    suffix: "worker",
    label: "Worker",
    platform: "node",
    sdk: "sentry.javascript.node",
    eventPlatform: "node",
  },
  { suffix: "ios", label: "iOS", platform: "apple-ios", sdk: "sentry.cocoa", eventPlatform: "cocoa" },
  { suffix: "gateway", label: "Gateway", platform: "go", sdk: "sentry.go", eventPlatform: "go" },
  { suffix: "jobs", label: "Jobs", platform: null, sdk: "sentry.python", eventPlatform: "python" },
  {
    suffix: "ledger",
    label: "Ledger",
    platform: "java-spring-boot",
    sdk: "sentry.java.spring-boot",
    eventPlatform: "java",
  },
]

export interface Failure {
  type: string
  value: string
  culprit: string
  file: string
}

/** `{n}` becomes a number, `{word}` a word of the project's domain. */
export const failures: readonly Failure[] = [
  {
    type: "ZeroDivisionError",
    value: "division by zero",
    culprit: "app.{word} in average",
    file: "app/{word}.py",
  },
  { type: "KeyError", value: "'{word}_id'", culprit: "app.{word} in load", file: "app/{word}/load.py" },
  {
    type: "TimeoutError",
    value: "no answer from {word}-db within {n} ms",
    culprit: "app.db in query",
    file: "app/db.py",
  },
  {
    type: "TypeError",
    value: "Cannot read properties of undefined (reading '{word}')",
    culprit: "?(./src/{word}/total)",
    file: "./src/{word}/total.ts",
  },
  {
    type: "RangeError",
    value: "Maximum call stack size exceeded",
    culprit: "renderTree(./src/{word}/tree)",
    file: "./src/{word}/tree.tsx",
  },
  {
    type: "HTTPError",
    value: "503 Service Unavailable for /v2/{word}/{n}",
    culprit: "GET /v2/{word}/:id",
    file: "./src/client.ts",
  },
  {
    type: "NullPointerException",
    value: 'Cannot invoke "{word}.close()" because the value is null',
    culprit: "dev.example.{word}.Session in close",
    file: "Session.java",
  },
  {
    type: "EXC_BAD_ACCESS",
    value: "KERN_INVALID_ADDRESS at 0x{n}",
    culprit: "CartView.present",
    file: "CartView.swift",
  },
  {
    type: "ConnectionRefused",
    value: "dial tcp 10.0.7.20:5432: connect: connection refused (try {n})",
    culprit: "main.connect",
    file: "cmd/{word}/main.go",
  },
  {
    type: "ValidationError",
    value: "{n} fields of {word} order are missing",
    culprit: "POST /{word}",
    file: "app/forms.py",
  },
  {
    type: "DeadlockError",
    value: "transaction {n} was chosen as the victim",
    culprit: "app.tx in commit",
    file: "app/tx.py",
  },
  {
    type: "OperationalError",
    value:
      'could not serialize access due to concurrent update\nCONTEXT: while updating tuple ({n},7) in relation "{word}_line"\n' +
      "STATEMENT: UPDATE {word}_line SET quantity = quantity - $1, updated_at = now() WHERE {word}_id = $2 AND quantity >= $1 " +
      "RETURNING {word}_id, quantity, reserved_until, warehouse_id, created_at, updated_at",
    culprit: "app.{word}.store in reserve",
    file: "app/{word}/store.py",
  },
  {
    type: "UnprocessableEntity",
    value:
      '422 from https://partner.example/v3/{word}/orders/{n}?expand=lines,customer,shipments&locale=de-CH: {"errors":[' +
      '{"path":"lines[3].price.currency","code":"unknown_currency","message":"XXX is not a currency we settle in"},' +
      '{"path":"customer.address.postalCode","code":"format","message":"does not match the country"}]}',
    culprit: "POST /{word}/export",
    file: "./src/{word}/export.ts",
  },
  {
    type: "PaiementRefusé",
    value: "délai dépassé après {n} s – « {word} » 💳",
    culprit: "caisse.paiement in débiter",
    file: "caisse/paiement.py",
  },
  {
    type: "注文エラー",
    value: "注文 {n} の{word}処理に失敗しました",
    culprit: "orders.jp in submit",
    file: "orders/jp.py",
  },
  {
    type: "LieferungFehlgeschlagen",
    value: "Größe „{n}“ für {word} nicht verfügbar",
    culprit: "versand.prüfen",
    file: "versand/pruefen.py",
  },
]

/** Issues that are no error events: they have other fields, and no rows among the events. */
export const otherIssues = [
  {
    title: "N+1 Query",
    culprit: "GET /api/{word}",
    issueType: "performance_n_plus_one_db_queries",
    issueCategory: "db_query",
    value: "SELECT items FROM {word} WHERE id = %s",
  },
  {
    title: "Monitor failure: nightly-{word}",
    culprit: "missed",
    issueType: "monitor_check_in_failure",
    issueCategory: "outage",
    value: "A missed check-in was detected",
  },
]

export const givenNames = [
  "Amara",
  "Björn",
  "Chloé",
  "Dmitri",
  "Elif",
  "Farid",
  "Greta",
  "Hiro",
  "Inés",
  "Jonas",
  "Kwame",
  "Łucja",
  "Mina",
  "Noor",
  "Oscar",
  "Priya",
  "Quentin",
  "Rosa",
  "Søren",
  "Tomás",
]

export const familyNames = [
  "Adeyemi",
  "Berg",
  "Castillo",
  "Dvořák",
  "Eriksen",
  "Fontaine",
  "Grünwald",
  "Haddad",
  "Ito",
  "Jansen",
  "Kowalski",
  "Lindqvist",
  "Moreau",
  "Nakamura",
  "Okafor",
  "Petrov",
  "Rossi",
  "Santos",
  "Tanaka",
  "Weiss",
]

export const teamNames = [
  ["platform", "Platform"],
  ["storefront", "Storefront"],
  ["payments", "Payments & Checkout"],
  ["logistics", "Logistik für Europa"],
  ["data", "Data"],
  ["mobile", "Mobile"],
  ["growth", "Growth"],
  ["reliability", "Reliability"],
  ["security", "Security"],
  ["customer-care", "Customer Care"],
] as const

export const colors = ["#bf6e3f", "#3f8abf", "#913fbf", "#60bf3f", "#bf3f69", "#3fbfb2"]
