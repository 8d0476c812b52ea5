/** Replaces modules that only ever run in a browser, such as the user-agent parser `bowser` of the AWS SDK. */
export default {};
