/** What a test begins with: the part of Sentry's issue webhook that mappings read most. */
export const examplePayload = `{
  "action": "created",
  "data": {
    "issue": { "id": "4711", "title": "A test event", "status": "unresolved" }
  }
}`

export function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
