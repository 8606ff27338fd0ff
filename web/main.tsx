import "@mantine/core/styles.css"
import "@mantine/notifications/styles.css"
import "@mantine/spotlight/styles.css"
import "./styles.css"
import { MantineProvider } from "@mantine/core"
import { Notifications } from "@mantine/notifications"
import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query"
import { StrictMode } from "react"
import { createRoot } from "react-dom/client"
import { ApiError } from "./api/http.ts"
import { askAhead } from "./ask-ahead.ts"
import { Routes } from "./routes.tsx"
import { theme, variables } from "./theme.ts"

const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError(error) {
      // The session has ended meanwhile: the page to sign in comes up.
      if (error instanceof ApiError && error.status === 401)
        void queries.invalidateQueries({ queryKey: ["session"] })
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // What the server refused stays refused; only an answer that never came is worth another try.
      retry: (failures, error) => failures < 2 && !(error instanceof ApiError && error.status !== 0),
      refetchOnWindowFocus: false,
    },
  },
})

askAhead(queries, location.pathname)

/** Allows the style elements of the libraries under the pages' policy. */
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? ""

// The library that keeps a page still behind a dialog looks for it under this name.
Object.assign(globalThis, { __webpack_nonce__: nonce })

const root = document.getElementById("root")
if (!root) throw new Error("index.html has no element #root")
createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={variables}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={queries}>
        <Notifications position="bottom-right" />
        <Routes />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
)
