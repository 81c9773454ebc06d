// Work that shares this machine with the tests, such as the builds of .ci/run. Where a test counts every late answer, that
// work pauses: the environment names its process group in POLLUX_TESTS_PAUSE. Without that nothing happens.
function signal(name) {
  const group = Number(process.env.POLLUX_TESTS_PAUSE);
  if (!group) {
    return;
  }
  try {
    process.kill(-group, name);
  } catch (error) {
    if (error.code !== "ESRCH") {
      throw error; // ESRCH: that work has ended
    }
  }
}

export const pauseOtherWork = () => signal("SIGSTOP");
export const continueOtherWork = () => signal("SIGCONT");
