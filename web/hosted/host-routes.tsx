// Which page of a host an address shows.
import { lazy, type ReactNode } from "react"
import { Redirect } from "wouter"
import { NotFound } from "../pages/not-found.tsx"

const Installations = lazy(async () => ({
  default: (await import("../pages/installations.tsx")).Installations,
}))
const InstallationPage = lazy(async () => ({
  default: (await import("../pages/installation.tsx")).InstallationPage,
}))
const NewInstallation = lazy(async () => ({
  default: (await import("../pages/new-installation.tsx")).NewInstallation,
}))

export function hostPageAt([page = "", name, ...rest]: readonly string[]): ReactNode {
  if (rest.length > 0) return <NotFound />
  if (page === "" && name === undefined) return <Installations />
  if (page === "new-installation" && name === undefined) return <NewInstallation />
  if (page === "sign-in") return <Redirect to="/" replace />
  if (page !== "installations") return <NotFound />
  return name === undefined ? <Redirect to="/" replace /> : <InstallationPage key={name} id={name} />
}
