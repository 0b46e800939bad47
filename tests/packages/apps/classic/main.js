// A page of the kind that loads what it needs by script elements: jQuery and the package, each with its global.
jQuery(($) => {
  const lr = new LoginRocket({ url: 'https://SAMPLE.e2.loginrocket.com/' })
  const form = $('form')

  lr.session.subscribe(({ state, user }) => {
    $('[role=status]').text(state)
    $('h1').text(user?.name ?? '')
    form.prop('hidden', state !== 'signed_out')
    $('#sign-out').prop('hidden', state !== 'signed_in')
  })

  form.on('submit', async (event) => {
    event.preventDefault()
    try {
      LoginRocket.unwrap(await lr.login(new FormData(event.target)))
      $('[role=alert]').text('')
    } catch (error) {
      $('[role=alert]').text(error.message)
    }
  })
  $('#sign-out').on('click', () => lr.session.signOut())
})
