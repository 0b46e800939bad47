import { LoginRocket } from 'loginrocket-wasm';

export async function open(service, isFirst) {
  const lr = new LoginRocket({ url: service, storage: 'local' });
  if (isFirst) await lr.login({ email: 'ada@example.com', password: 'sample' });
  await new Promise((resolve) => {
    lr.session.subscribe(({ state, freshness }) => {
      if (state === 'signed_in' && freshness === 'fresh') resolve();
    });
  });
  return {
    session: lr.session,
    ask: async () => (await lr.session.token()).result === 'okay',
    isKept: () => lr.session.snapshot.state === 'signed_in',
  };
}
