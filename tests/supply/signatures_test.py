"""./dev sign and ./dev verify with cosign ($COSIGN), keys of the test, and a registry on this machine. Run by ./dev signatures.

The registry is Debian's docker-registry; skopeo pushes images to it.
"""
import hashlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).parents[2]
DEADLINE = 30  # seconds, for the start of the registry
OUTSIDE = ("COSIGN_", "ACTIONS_", "SIGSTORE_", "GITHUB_", "CI_", "POLLUX_REPOSITORY")  # variables that say who signs


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Registry:
    def __init__(self, folder):
        self.address = f"127.0.0.1:{free_port()}"
        settings = folder / "registry.yml"
        settings.write_text(json.dumps({  # JSON is YAML
            "version": 0.1, "log": {"level": "error"}, "http": {"addr": self.address},
            "storage": {"filesystem": {"rootdirectory": str(folder / "registry")}}}))
        self.log = open(folder / "registry.log", "w", encoding="utf-8")
        self.process = subprocess.Popen(["docker-registry", "serve", str(settings)], stdout=self.log, stderr=self.log)
        self.await_start()

    def await_start(self):
        deadline = time.monotonic() + DEADLINE
        while True:
            try:
                urllib.request.urlopen(f"http://{self.address}/v2/", timeout=5).close()
                return
            except (urllib.error.URLError, ConnectionError) as error:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    self.stop()
                    raise RuntimeError(f"the registry does not answer: {error}") from error
                time.sleep(0.05)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)
        self.log.close()


def write_image(folder, content):
    """An OCI image whose configuration has this text; returns its digest."""
    def blob(kind, data):
        digest = hashlib.sha256(data).hexdigest()
        (folder / "blobs/sha256" / digest).write_bytes(data)
        return {"mediaType": f"application/vnd.oci.image.{kind}", "digest": f"sha256:{digest}", "size": len(data)}

    (folder / "blobs/sha256").mkdir(parents=True)
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    configuration = {"architecture": "amd64", "os": "linux", "author": content, "rootfs": {"type": "layers", "diff_ids": []}}
    config = blob("config.v1+json", json.dumps(configuration).encode())
    manifest = blob("manifest.v1+json", json.dumps({
        "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": config, "layers": []}).encode())
    (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [manifest]}))
    return manifest["digest"]


class Signatures(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = pathlib.Path(temporary.name)
        cls.registry = Registry(cls.folder)
        cls.addClassCleanup(cls.registry.stop)
        tools = cls.folder / "bin"
        tools.mkdir()
        (tools / "cosign").symlink_to(os.environ["COSIGN"])
        cls.environment = {name: value for name, value in os.environ.items() if not name.startswith(OUTSIDE)}
        cls.environment |= {"PATH": f"{tools}:{os.environ['PATH']}", "HOME": str(cls.folder), "COSIGN_PASSWORD": "of the test"}
        for name in ("ours", "theirs"):
            (cls.folder / name).mkdir()
            subprocess.run([os.environ["COSIGN"], "generate-key-pair"], cwd=cls.folder / name, env=cls.environment, check=True, capture_output=True)

    def dev(self, *arguments, status=0, **variables):
        result = subprocess.run([str(ROOT / "dev"), *arguments], env=self.environment | variables, capture_output=True, text=True, check=False)
        self.assertEqual(status == 0, result.returncode == 0, result.stdout + result.stderr)
        return result.stdout + result.stderr if status else result.stdout

    def sign(self, *arguments, **more):
        return self.dev("sign", *arguments, COSIGN_KEY=str(self.folder / "ours/cosign.key"), **more)

    def verify(self, *arguments, key="ours", status=0):
        return self.dev("verify", *arguments, status=status, COSIGN_PUBLIC_KEY=str(self.folder / key / "cosign.pub"))

    def push(self, name, content):
        folder = self.folder / f"image-{name}-{content}"
        digest = write_image(folder, content)
        subprocess.run(["skopeo", "copy", "--dest-tls-verify=false", f"oci:{folder}", f"docker://{self.registry.address}/{name}:1"],
                       check=True, capture_output=True)
        return f"{self.registry.address}/{name}", digest

    def test_a_signed_image_is_accepted_with_our_key_only(self):
        name, digest = self.push("signed", "a")
        self.sign(f"{name}@{digest}")
        self.verify(f"{name}@{digest}")
        self.verify(f"{name}:1")
        self.verify(f"{name}@{digest}", key="theirs", status=1)

    def test_an_image_that_replaced_a_signed_one_is_rejected(self):
        name, digest = self.push("replaced", "a")
        self.sign(f"{name}@{digest}")
        self.push("replaced", "b")  # the tag now names another image
        self.verify(f"{name}:1", status=1)
        self.verify(f"{name}@{digest}")

    def test_an_unsigned_image_is_rejected(self):
        name, digest = self.push("unsigned", "a")
        self.verify(f"{name}@{digest}", status=1)

    def test_the_bill_of_materials_comes_back_as_it_was_signed(self):
        name, digest = self.push("described", "a")
        bill = self.folder / "a.spdx.json"
        bill.write_text(json.dumps({"spdxVersion": "SPDX-2.3", "name": "a", "SPDXID": "SPDXRef-DOCUMENT"}))
        self.sign(f"{name}@{digest}", "--sbom", str(bill))
        self.assertEqual(json.loads(bill.read_text()), json.loads(self.verify(f"{name}@{digest}", "--sbom")))
        self.verify(f"{name}@{digest}", "--sbom", key="theirs", status=1)

    def test_a_changed_file_is_rejected(self):
        file = self.folder / "pollux.tar.gz"
        file.write_text("as it was released")
        self.sign("blob", str(file))
        self.verify("blob", str(file))
        self.verify("blob", str(file), key="theirs", status=1)
        file.write_text("as it was not released")
        self.verify("blob", str(file), status=1)

    def test_everything_that_was_published_is_signed(self):
        listed = self.folder / "listed"
        listed.mkdir()
        self.assertIn("Nothing is published", self.sign("published", str(listed), status=1))
        references = [self.push(name, name) for name in ("first", "second")]
        for name, digest in references:
            (listed / f"{name.rpartition('/')[2]}.digests").write_text(f"name={name}\ndigest={digest}\ndigest_amd64={digest}\n")
        self.sign("published", str(listed))
        for name, digest in references:
            self.verify(f"{name}@{digest}")

    def test_tags_are_not_signed(self):
        self.assertIn("by digest", self.sign("example.org/pollux:1", status=1))

    def test_without_key_and_identity_it_says_what_to_set(self):
        self.assertIn("COSIGN_KEY", self.dev("sign", "example.org/pollux@sha256:00", status=1))
        self.assertIn("COSIGN_PUBLIC_KEY", self.dev("verify", "example.org/pollux@sha256:00", status=1))


if __name__ == "__main__":
    unittest.main()
