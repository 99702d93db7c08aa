"""A headless browser window, and what every page owes to everybody."""

import contextlib
import pathlib
import subprocess
import tempfile
import time

import axe_playwright_python
from selenium import webdriver
from selenium.common.exceptions import TimeoutException, WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from site_under_test import oathtool

AXE = (pathlib.Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
SIZES = {"phone": (390, 844), "desktop": (1280, 900)}


class Window:
    """One window with cookies of its own.

    `size` is `phone` or `desktop`, `theme` is `light` or `dark`, `language` what the browser prefers; without `script`
    pages get none of theirs. Nothing waits by the clock: whatever is asked for is waited for.
    """

    def __init__(self, site, size="desktop", theme="light", language="en", script=True, screens=None):
        """`screens`: folder for `shot`; nil keeps none."""
        self.site, self.size, self.theme, self.language, self.script = site, size, theme, language, script
        self.screens = pathlib.Path(screens) if screens else None
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for word in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
                     "--disable-background-networking", "--hide-scrollbars", "--window-size=1400,1100"):
            options.add_argument(word)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
        self.driver.set_page_load_timeout(120)
        self.address = site.client()
        self.prepare()

    def prepare(self):
        """What holds for one tab: from where it comes, its language, theme and size."""
        self.tell("Network.enable")
        self.tell("Network.setExtraHTTPHeaders", headers={
            "X-Forwarded-For": self.address, "Accept-Language": self.language})
        self.tell("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": self.theme}])
        self.tell("Emulation.setScriptExecutionDisabled", value=not self.script)
        self.resize(*SIZES[self.size])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.driver.quit()

    def tell(self, command, **parameters):
        return self.driver.execute_cdp_cmd(command, parameters)

    def resize(self, width, height):
        self.tell("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                  mobile=self.size == "phone")

    # What a person does

    def open(self, address):
        """A path of the site, or a whole link as it stands in a mail."""
        self.driver.get(address if "://" in address else self.site.url + address)
        return self

    @contextlib.contextmanager
    def tab(self):
        """Another tab of the same browser, closed again at the end."""
        first = self.driver.current_window_handle
        self.driver.switch_to.new_window("tab")
        self.prepare()
        try:
            yield self
        finally:
            self.driver.close()
            self.driver.switch_to.window(first)

    def reload(self):
        """Loads the page again, as F5 does; no browser may ask whether a form is to be sent once more."""
        self.follow(self.driver.refresh)
        return self

    def wait(self, condition, what):
        """What a condition gives as soon as it gives anything; a page may be replaced while it is looked at."""
        try:
            return WebDriverWait(
                self.driver, 180, poll_frequency=0.05, ignored_exceptions=[WebDriverException]).until(condition)
        except TimeoutException:
            text = self.driver.find_element(By.TAG_NAME, "body").text
            raise AssertionError(f"no {what} on {self.driver.current_url}:\n{text}") from None

    def find(self, selector):
        """The one element that is shown for a CSS selector, once it is there."""
        return self.wait(lambda driver: next(
            (one for one in driver.find_elements(By.CSS_SELECTOR, selector) if one.is_displayed()), None), selector)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def look(self, glance):
        """What a glance at the page gives; another glance, where a part of the page was replaced under this one."""
        return self.wait(lambda driver: (glance(),), "page that stands still")[0]

    def has(self, selector):
        return self.look(lambda: any(one.is_displayed() for one in self.all(selector)))

    def type(self, name, text):
        """Types into the field of this name."""
        field = self.find(f"[name='{name}']")
        field.clear()
        field.send_keys(text)

    def choose(self, name, file):
        """Chooses a file for the field of this name."""
        self.find(f"[name='{name}']").send_keys(str(file))

    def link(self, words):
        """The link that says so, whatever is around it."""
        return self.wait(lambda driver: next(
            (one for one in driver.find_elements(By.LINK_TEXT, words) if one.is_displayed()), None), words)

    def press(self, words):
        """Presses the button or follows the link that says so, and waits for the page after it."""
        self.follow(lambda: self.button(words).click())

    def follow(self, act):
        """Does something that leads to another page, and waits until that is there."""
        before = self.driver.find_element(By.TAG_NAME, "html")
        act()
        self.wait(lambda driver: driver.find_element(By.TAG_NAME, "html") != before and self.is_complete(), "next page")

    def button(self, words):
        return self.wait(lambda driver: next(
            (one for one in driver.find_elements(By.CSS_SELECTOR, "button, a")
             if one.is_displayed() and one.text.strip() == words), None), words)

    def submit(self):
        """Sends the form of the page's content, whatever its button says."""
        self.follow(lambda: self.find("main button.wide").click())

    def submit_twice(self):
        """The same by a double click."""
        button = self.find("main button.wide")
        self.follow(lambda: ActionChains(self.driver).double_click(button).perform())

    def is_complete(self):
        return self.driver.execute_script("return document.readyState") == "complete"

    def heading(self):
        return self.look(lambda: self.find("h1").text)

    def text(self):
        return self.look(lambda: self.driver.find_element(By.TAG_NAME, "body").text)

    def sign_in(self, address, password, secret=None, ahead=0, page="/sign-in"):
        """Address, password and, by the base32 secret of an authenticator, its code; ends where the site leads.

        The code is made when it is typed, so that a slow machine has a fresh one; `ahead` seconds from then, for whoever
        used the present code already; `page` is what was opened first, and led to the form.
        """
        self.open(page)
        self.type("email", address)
        self.type("password", password)
        self.submit()
        if secret:
            self.type("code", oathtool(secret, time.time() + ahead))
            self.submit()
        return self

    # What every page owes

    def check(self, name):
        """All that holds for every page: no violation that axe-core finds, nothing in the console, no scrolling
        sideways on the narrowest phone; and a picture of it."""
        self.shot(name)
        faults = [self.told(fault) for fault in self.axe()] + self.console()
        if self.is_wide():
            faults.append("scrolls sideways at 320 pixels")
        if not self.driver.title or len(self.all("h1")) != 1:
            faults.append("has no title, or not one heading of the first rank")
        if faults:
            raise AssertionError(f"page {name}, {self.language} {self.size} {self.theme}:\n" + "\n".join(faults))

    def axe(self):
        """The violations that axe-core finds, best practices too."""
        if not self.script:
            return []  # Its answer comes by a promise, which a page without script does not keep.
        self.driver.execute_script(AXE)
        return self.driver.execute_async_script(
            "const done = arguments[0]; axe.run(document, {resultTypes: ['violations']}).then("
            "result => done(result.violations), error => done([{id: String(error), nodes: []}]))")

    def told(self, fault):
        places = "; ".join(f"{node['html'][:160]} ({node.get('failureSummary', '')})" for node in fault["nodes"][:4])
        return f"axe {fault['id']}: {fault.get('help', '')}: {places}"

    def console(self):
        """What the browser complained of since the last look; an answer that is a refusal is none of its business."""
        return [f"console {line['message']}" for line in self.driver.get_log("browser")
                if line["level"] in ("SEVERE", "WARNING") and "the server responded with a status of 4" not in
                line["message"]]

    def is_wide(self):
        self.resize(320, 640)
        try:
            return self.driver.execute_script(
                "return document.documentElement.scrollWidth > document.documentElement.clientWidth")
        finally:
            self.resize(*SIZES[self.size])

    def shot(self, name):
        """A picture of the whole page, if pictures are kept: LANGUAGE-SIZE-THEME-NAME.png."""
        if not self.screens:
            return
        self.screens.mkdir(parents=True, exist_ok=True)
        width, height = SIZES[self.size]
        whole = self.driver.execute_script("return document.documentElement.scrollHeight")
        self.resize(width, max(height, whole))
        self.driver.save_screenshot(self.screens / f"{self.language}-{self.size}-{self.theme}-{name}.png")
        self.resize(width, height)

    def barcode(self, selector):
        """What zbarimg reads from a picture of an element."""
        with tempfile.NamedTemporaryFile(suffix=".png") as file:
            file.write(self.find(selector).screenshot_as_png)
            file.flush()
            return subprocess.run(
                ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", file.name], check=True,
                capture_output=True, text=True).stdout.strip()
