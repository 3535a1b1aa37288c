import { writeFileSync } from 'node:fs';
import { eventsDocument } from '../../test/fixtures/events-document';

// Writes docs/events.md from the tables of states, conditions and Events.
writeFileSync('docs/events.md', eventsDocument());
