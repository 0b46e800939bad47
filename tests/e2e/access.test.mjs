// The demo for everyone: by keyboard, with a screen reader, in the dark, on a phone.

import assert from 'node:assert/strict'
import { emulator } from './support/environment.mjs'
import { ada, newPerson } from './support/people.mjs'
import { answerWith, LOGIN, SESSION } from './support/service.mjs'
import { arriveSignedIn, failure, heading, openExplanation, signIn } from './support/steps.mjs'
import { visit } from './support/visit.mjs'

visit('a person signs in by keyboard alone', async ({ page, open }) => {
  await open()
  await heading(page, 'Sign in').waitFor()
  await tabTo(page, page.getByLabel('E-mail or username'))
  await page.keyboard.type(ada.email)
  await page.keyboard.press('Tab')
  await page.keyboard.type(ada.password)
  await page.keyboard.press('Enter')
  await heading(page, `Hello, ${ada.name}`).and(page.locator(':focus')).waitFor()
  await tabTo(page, page.getByRole('button', { name: 'Sign out' }))
  await page.keyboard.press('Enter')
  await heading(page, 'Sign in').and(page.locator(':focus')).waitFor()
})

visit('each new view takes the focus to its heading and names the document', async ({ page, open }) => {
  await open()
  await heading(page, 'Sign in').waitFor()
  for (const [link, title] of [
    ['Create an account', 'Create an account'],
    ['Sign in', 'Sign in'],
    ['Forgot password?', 'Forgot your password?'],
    ['Back to sign in', 'Sign in'],
  ]) {
    await page.getByRole('main').getByRole('link', { name: link }).click()
    await heading(page, title).and(page.locator(':focus')).waitFor()
    assert.equal(await page.title(), `${title} – LoginRocket demo`)
  }
})

visit('a password can be shown, and is hidden again before it is sent', async ({ page, open }) => {
  await open()
  const password = page.getByLabel('Password', { exact: true })
  await password.fill('wrong-as-can-be')
  await page.getByRole('button', { name: 'Show password' }).click()
  assert.equal(await password.getAttribute('type'), 'text')
  await page.getByLabel('E-mail or username').fill(ada.email)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await failure(page).waitFor()
  assert.equal(await password.getAttribute('type'), 'password')
})

const SIGNED_OUT = {
  'the sign-in form': '',
  'the sign-up form': '#/signup',
  'the forgotten password': '#/forgot',
  'the new password': '#/reset?token=tpw:sample123456',
  'a link without its token': '#/reset',
  'the e-mail confirmation': '#/verify-email?token=tve:sample123456',
}

for (const [name, path] of Object.entries(SIGNED_OUT)) {
  visit(`${name} is well formed for a screen reader`, async ({ page, open }) => {
    await open(path)
    await page.waitForFunction(() => document.title.includes('–'))
    assert.deepEqual(await findFaults(page), [])
  })
}

// Views without an address of their own, and what leads to them.
const ON_THE_WAY = {
  'the message of a demo that cannot start': async ({ page, open }) => {
    await page.route('**/pkg/dist/index.js', (route) => route.abort())
    await open()
    await heading(page, 'The package is not there').waitFor()
  },
  'the hint at a mail': async ({ page, open }) => {
    await open('#/forgot')
    await page.getByLabel('E-mail or username').fill(ada.email)
    await page.getByRole('button', { name: 'Send the link' }).click()
    await heading(page, 'Check your mail').waitFor()
  },
  'the second factor': async ({ page, open }) => {
    await answerWith(page, LOGIN, 200, { result: 'totp_required', token: 'tmf:sample123456' })
    await open()
    await signIn(page, ada)
    await heading(page, 'Enter your code').waitFor()
  },
  'a session with a condition': async ({ page, open }) => {
    await answerWith(page, LOGIN, 200, {
      result: 'conditional_login',
      session: 'kss_sample123456',
      account: null,
      conditions: ['no_account_selected'],
    })
    await open()
    await signIn(page, ada)
    await heading(page, 'One more step').waitFor()
  },
  'a session without a fresh token': async (browser) => {
    const { page } = browser
    await arriveSignedIn(browser, newPerson())
    await answerWith(page, SESSION, 503, {})
    await page.reload()
    await heading(page, 'No fresh token').waitFor()
  },
  'a refresh that failed': async (browser) => {
    const { page } = browser
    await arriveSignedIn(browser, newPerson())
    await answerWith(page, SESSION, 503, {})
    await page.getByRole('button', { name: 'Refresh token' }).click()
    await page.getByRole('alert').waitFor()
  },
  'a session that explains itself': async (browser) => {
    const { page } = browser
    await arriveSignedIn(browser, newPerson())
    await openExplanation(page)
    await page.getByText('Last refresh').waitFor()
  },
  'somebody who works in two accounts': async ({ page, open }) => {
    await open()
    await page.getByRole('button', { name: 'Sign in as Grace' }).click()
    await page.getByRole('button', { name: /^Switch to/ }).waitFor()
  },
  'a notice above the view': async (browser) => {
    const { page } = browser
    await arriveSignedIn(browser, newPerson())
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('status').getByText('You are signed out.').waitFor()
  },
  'a profile that lacks something': async ({ page, open }) => {
    await answerWith(page, LOGIN, 200, {
      result: 'conditional_login',
      session: 'kss_sample123456',
      account: null,
      conditions: ['must_complete_profile'],
    })
    await open()
    await signIn(page, ada)
    await heading(page, 'Complete your profile').waitFor()
  },
  'a link of somebody else’s': async (browser) => {
    const { page, open } = browser
    await arriveSignedIn(browser, newPerson())
    const answer = await fetch(new URL('v2/login', emulator.loginrocket), {
      method: 'POST',
      body: JSON.stringify({ email: ada.email, password: ada.password }),
      headers: { 'content-type': 'application/json', accept: 'application/json' },
    })
    await open(`?token=${(await answer.json()).token}`)
    await heading(page, 'Is that you?').waitFor()
  },
  'an invitation of a signed-in person': async (browser) => {
    const { page, open } = browser
    await arriveSignedIn(browser, newPerson())
    await open('#/signup?invitation=nvt_sample123456')
    await heading(page, 'You are invited').waitFor()
  },
}

for (const [name, arrive] of Object.entries(ON_THE_WAY)) {
  for (const colorScheme of ['light', 'dark']) {
    visit(
      `${name} is well formed for a screen reader and legible in the ${colorScheme}`,
      async (browser) => {
        await arrive(browser)
        assert.deepEqual(await findFaults(browser.page), [])
        assert.deepEqual(await findFaintTexts(browser.page), [])
      },
      { colorScheme, mayFail: /\/pkg\// },
    )
  }
}

visit('the signed-in view is well formed for a screen reader', async (browser) => {
  await arriveSignedIn(browser, newPerson())
  assert.deepEqual(await findFaults(browser.page), [])
})

for (const colorScheme of ['light', 'dark']) {
  visit(
    `every text is legible in the ${colorScheme}`,
    async (browser) => {
      const { page, open } = browser
      await open()
      await page.getByLabel('E-mail or username').fill(ada.email)
      await page.getByLabel('Password', { exact: true }).fill('wrong-as-can-be')
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
      await failure(page).waitFor()
      assert.deepEqual(await findFaintTexts(page), [])
      await arriveSignedIn(browser, newPerson())
      await page.getByText('Raw claims').click()
      assert.deepEqual(await findFaintTexts(page), [])
    },
    { colorScheme },
  )
}

visit(
  'nothing sticks out of a narrow screen',
  async (browser) => {
    const { page, open } = browser
    const sticksOut = () => page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
    await open()
    await heading(page, 'Sign in').waitFor()
    assert.equal(await sticksOut(), false)
    await arriveSignedIn(browser, { ...newPerson(), lastName: 'H'.repeat(60), name: `Grace ${'H'.repeat(60)}` })
    await page.getByText('Raw claims').click()
    await openExplanation(page)
    assert.equal(await sticksOut(), false)
  },
  { viewport: { width: 320, height: 640 } },
)

async function tabTo(page, target) {
  const steps = 12
  for (let step = 0; step < steps; step += 1) {
    await page.keyboard.press('Tab')
    if (await target.evaluate((element) => element === document.activeElement)) return
  }
  assert.fail(`not reached within ${steps} tab stops`)
}

/** What an audit would object to in the document as it is now. */
function findFaults(page) {
  return page.evaluate(() => {
    const faults = []
    const expect = (holds, fault) => {
      if (!holds) faults.push(fault)
    }
    const all = (selector) => [...document.querySelectorAll(selector)]
    const describe = (element) => `<${element.localName} id="${element.id}" name="${element.name ?? ''}">`

    expect(document.documentElement.lang !== '', 'no language')
    for (const landmark of ['main', 'header', 'footer']) {
      expect(all(`body > ${landmark}`).length === 1, `not one ${landmark}`)
    }
    expect(all('h1').length === 1, `${all('h1').length} h1`)
    expect(document.title.startsWith(document.querySelector('h1').textContent), 'the title does not name the view')

    const ids = all('[id]').map((element) => element.id)
    for (const id of ids) expect(ids.indexOf(id) === ids.lastIndexOf(id), `two of id ${id}`)
    for (const attribute of ['aria-describedby', 'aria-labelledby', 'for']) {
      for (const element of all(`[${attribute}]`)) {
        for (const id of element.getAttribute(attribute).split(' ')) {
          expect(ids.includes(id), `${attribute} of ${describe(element)} names ${id}, which is not there`)
        }
      }
    }
    for (const input of all('input, select')) {
      const labels = [...input.labels].filter((label) => label.textContent.trim() !== '')
      expect(labels.length === 1, `${labels.length} labels for ${describe(input)}`)
      if (input.localName === 'select' || input.type === 'radio') continue
      expect(input.autocomplete !== '', `no autocomplete for ${describe(input)}`)
      expect(input.getAttribute('aria-describedby')?.includes('failure'), `no error tied to ${describe(input)}`)
    }
    for (const control of all('button, a')) {
      expect((control.ariaLabel ?? control.textContent).trim() !== '', `no name for ${describe(control)}`)
    }
    // What takes the focus to be read aloud must not be a live region as well, which is read aloud by itself.
    for (const region of all('[role="alert"], [role="status"]')) {
      expect(!region.hasAttribute('tabindex'), `${describe(region)} is announced twice`)
    }
    for (const link of all('a')) expect(link.hidden || link.href !== '', `${link.textContent} leads nowhere`)
    for (const image of all('img')) expect(image.hasAttribute('alt'), `no alt for ${image.src}`)
    expect(all('[tabindex]').every((element) => element.tabIndex <= 0), 'a tab order of its own')
    return faults
  })
}

/** Texts whose contrast with what is behind them is below WCAG's 4.5 to 1. */
function findFaintTexts(page) {
  return page.evaluate(() => {
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })
    // Lets the browser itself put the layers over one another.
    const blend = (colours) => {
      canvas.clearRect(0, 0, 1, 1)
      for (const colour of colours) {
        canvas.fillStyle = colour
        canvas.fillRect(0, 0, 1, 1)
      }
      return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)]
    }
    const luminance = (rgb) => {
      const [red, green, blue] = rgb.map((value) => {
        const share = value / 255
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
    const behind = (element) => {
      const layers = []
      for (let layer = element; layer !== null; layer = layer.parentElement) {
        layers.unshift(getComputedStyle(layer).backgroundColor)
      }
      return layers
    }

    const faint = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement
      if (node.data.trim() === '' || !element.checkVisibility() || element.closest('.visually-hidden')) continue
      const layers = behind(element)
      const back = luminance(blend(layers))
      const text = luminance(blend([...layers, getComputedStyle(element).color]))
      const contrast = (Math.max(back, text) + 0.05) / (Math.min(back, text) + 0.05)
      if (contrast < 4.5) faint.push(`${contrast.toFixed(2)}: ${node.data.trim()}`)
    }
    return faint
  })
}
