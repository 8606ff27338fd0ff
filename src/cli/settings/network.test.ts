import { describe, expect, it } from "vitest"
import { read } from "../../../test/support/settings.ts"

describe("network", () => {
  it("reads proxies in both cases, ALL_PROXY for what has none, and an address without a scheme", () => {
    const { settings } = read({
      https_proxy: "proxy.example:3128",
      ALL_PROXY: "http://all.example",
      no_proxy: "a,b",
    })
    expect(settings.network.proxy).toEqual({
      http: "http://all.example",
      https: "http://proxy.example:3128",
      none: "a,b",
    })
    expect(read({}).settings.network.proxy).toEqual({ http: undefined, https: undefined, none: undefined })
  })

  it("says that a SOCKS proxy cannot be used", () => {
    const { settings, warnings } = read({ ALL_PROXY: "socks5://localhost:1080" })
    expect(settings.network.proxy.https).toBeUndefined()
    expect(warnings).toEqual(["ALL_PROXY: only http:// and https:// proxies can be used; ignored"])
  })

  it("collects certificates from the variables of other tools, then from the system's folders", () => {
    const { certificatePaths } = read({
      SSL_CERT_FILE: "/a.crt",
      SSL_CERT_DIR: "/b:/c",
      REQUESTS_CA_BUNDLE: "/a.crt",
      NODE_EXTRA_CA_CERTS: "/d.pem",
    }).settings.network
    expect(certificatePaths.slice(0, 4)).toEqual(["/a.crt", "/d.pem", "/b", "/c"])
    expect(certificatePaths).toContain("/usr/local/share/ca-certificates")
  })
})
