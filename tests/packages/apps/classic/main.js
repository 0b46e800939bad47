// A classic script has no `import … from`, but it has `import(…)`.
Promise.all([import('../node_modules/loginrocket-wasm/dist/index.js'), import('../shared/sign-in.js')]).then(
  ([{ LoginRocket }, { start }]) => start(new LoginRocket({ url: 'https://SAMPLE.e2.loginrocket.com/' })),
)
