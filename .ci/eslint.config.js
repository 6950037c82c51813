// Rules for the JavaScript of the components: what a browser runs, and its tests in Node.js.

import js from "@eslint/js";
import globals from "globals";

export default [
  js.configs.recommended,
  {
    files: ["app/components/browser/**/*.js"],
    languageOptions: { globals: globals.browser },
    rules: { eqeqeq: "error", "no-shadow": "error", "prefer-const": "error" },
  },
  {
    files: ["tests/browser/**/*.js"],
    languageOptions: { globals: globals.node },
  },
];
