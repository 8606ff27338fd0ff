// Who looks at the pages.
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { request } from "./http.ts"

export type Role = "admin" | "viewer"

export interface SignedIn {
  signedIn: true
  role: Role
  name: string
  expiresAt: string
}

/** What the pages are of: one integration, or a host of many installations. */
export type PagesOf = "integration" | "host"

export type Session = (SignedIn | { signedIn: false; command: string }) & { pages: PagesOf }

export interface KnownSession {
  id: string
  role: Role
  name: string
  createdAt: string
  lastUsedAt: string
  expiresAt: string
  current: boolean
}

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: ({ signal }) => request<Session>("/integration/session", { signal }),
  staleTime: Number.POSITIVE_INFINITY,
})

export function useSession() {
  return useQuery(sessionQuery)
}

/** Signs in with the token of a one-time link. */
export function useSignIn() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (token: string) =>
      request<SignedIn>("/integration/session", { method: "POST", body: { token } }),
    onSuccess: () => queries.invalidateQueries(),
  })
}

export function useSignOut() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => request("/integration/session", { method: "DELETE" }),
    // What was shown must not be found in this browser any more.
    onSuccess: () => queries.resetQueries(),
  })
}

export function useSessions() {
  return useQuery({
    queryKey: ["sessions"],
    queryFn: async ({ signal }) =>
      (await request<{ sessions: KnownSession[] }>("/integration/sessions", { signal })).sessions,
  })
}

/** False for those who may only look, and while it is not known. */
export function useMayChange(): boolean {
  const { data } = useSession()
  return data?.signedIn === true && data.role === "admin"
}
