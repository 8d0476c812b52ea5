/** The channels messages go out on, for those who may only look at contracts. */
export { type Channel, channels } from '../domain/messages/message-class.ts';
