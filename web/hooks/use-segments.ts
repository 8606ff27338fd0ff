// The address in its parts. The router decodes whole addresses, which an identifier with a slash or a percent sign would
// not survive; here each part is decoded by itself.
import { usePathname } from "wouter/use-browser-location"

export function useSegments(): string[] {
  return usePathname()
    .split("/")
    .slice(1)
    .filter((part) => part !== "")
    .map(decode)
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part // typed by hand, with a percent sign that encodes nothing
  }
}
