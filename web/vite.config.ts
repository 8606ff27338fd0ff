// The pages as static files: names carry a digest of the content, and each file lies there compressed too.
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { gzipSync } from "node:zlib"
import react from "@vitejs/plugin-react"
import { defineConfig, type Plugin } from "vite"

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), compressed()],
  build: {
    outDir: "../dist/web",
    emptyOutDir: true,
    // The first that know light-dark() of CSS, all of 2024.
    target: ["chrome123", "firefox120", "safari17.5"],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0, // the pages' policy allows no data: addresses
    chunkSizeWarningLimit: 900,
    reportCompressedSize: false,
  },
})

/** Writes `x.gz` beside each text file, so that the server need not compress. */
function compressed(): Plugin {
  let folder = ""
  return {
    name: "compressed",
    apply: "build",
    configResolved(config) {
      folder = resolve(config.root, config.build.outDir)
    },
    closeBundle() {
      for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !/\.(js|css|svg)$/.test(entry.name)) continue
        const path = join(entry.parentPath, entry.name)
        writeFileSync(`${path}.gz`, gzipSync(readFileSync(path)))
      }
    },
  }
}
