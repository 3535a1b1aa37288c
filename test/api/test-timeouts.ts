// A test here waits for real programs, on a machine that may be busy; and longer than any wait of its own, whose message says more.
jest.setTimeout(90_000);
