import { LoginRocket } from 'loginrocket-wasm';

export { LoginRocket };

export const make = async (url) => new LoginRocket({ url });
