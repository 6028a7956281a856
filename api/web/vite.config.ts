import { defineConfig } from "vite";
import { words } from "./words.ts";

// Addresses are relative: the service may stand under a path of a larger site. Nothing is inlined: the policy of the
// page (api/pages/app.py) allows no data: address but for pictures.
export default defineConfig({
  base: "./",
  plugins: [words()],
  build: {
    outDir: "../static/app",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      checks: { pluginTimings: false },
      output: {
        codeSplitting: { groups: [{ name: "maplibre", test: /node_modules[\\/](?!axe-core)/ }] },
      },
    },
  },
});
