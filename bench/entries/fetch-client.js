import { LoginRocket } from '../peers/fetch-client.js';

export const make = async (url) => new LoginRocket({ url });
