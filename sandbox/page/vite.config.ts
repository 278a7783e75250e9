import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** The sandbox that `npm run dev` talks to; start one with `python -m mlpipe_sandbox.slack`. */
const SANDBOX = process.env.SANDBOX_URL ?? "http://127.0.0.1:8100";

/** Names without hashes: the build is committed, and CI compares it byte for byte. */
const NAMES = {
  entryFileNames: "assets/[name].js",
  chunkFileNames: "assets/[name].js",
  assetFileNames: "assets/[name][extname]",
};

export default defineConfig({
  base: "./",
  plugins: [react()],
  build: {
    outDir: "../src/mlpipe_sandbox/slack/page/dist",
    emptyOutDir: true,
    license: { fileName: "licenses.md" },
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        ...NAMES,
        codeSplitting: {
          groups: [
            { name: "react", test: /node_modules\/(react|react-dom|scheduler)\//, priority: 3 },
            { name: "emoji", test: /node_modules\/(node-emoji|emojilib|char-regex|@sindresorhus|skin-tone|unicode-)/, priority: 3 },
            { name: "markdown", test: /node_modules\/(?!slack-blocks-to-jsx)/, priority: 2 },
            { name: "block-kit", test: /node_modules\/slack-blocks-to-jsx\//, priority: 1 },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      "/page/live": { target: SANDBOX, ws: true },
      "/page": SANDBOX,
      "/files": SANDBOX,
      "/clock": SANDBOX,
      "/sandbox": SANDBOX,
    },
  },
});
