// Generates src/protocol/generated from ../schemas. Until the schemas exist there is nothing to generate.
