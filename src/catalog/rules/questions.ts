// Pure: which requests ask and change nothing, so that those who may only look may send them.

/** POST routes that take a question in their body. */
const asked =
  /^\/v1\/(entities\/search|blueprints\/[^/]+\/entities\/search|blueprints\/entities\/datasource-entities)$/

export function isQuestion(method: string, path: string): boolean {
  return method === "GET" || method === "HEAD" || (method === "POST" && asked.test(path))
}
