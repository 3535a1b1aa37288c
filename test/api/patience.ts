// A test here waits for real programs, on a machine that may be busy.
jest.setTimeout(60_000);
