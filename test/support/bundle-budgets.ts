/** kB minified: INIT time grows with the bundle, and a cold webhook keeps a shop waiting. */
export const bundleBudgets = {
  'order-webhook': 520,
  // Behind the queue nobody waits for it.
  'order-record': 530,
  'night-plan': 420,
  'change-relay': 420,
  // No request waits for it, and it alone has it all: S3, Parquet, imports, predictions, templates and their texts.
  'work-run': 1210,
  'minute-sweep': 420,
  // 57 kB are the built-in texts in two languages, 50 kB the rule language and what coupons need.
  'touch-send': 850,
  'touch-feedback': 480,
  'public-pages': 520,
  // Marketers wait for these, not shops: 170 kB is the S3 client, for links to files.
  'crm-api': 980,
  // The template engine, the texts, and the contracts of all routes.
  'marketing-api': 940,
  // Beside it lie 70 MB of engine.
  'report-query': 750,
} as const;
